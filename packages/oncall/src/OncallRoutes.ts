import { Layer } from "effect"
import { EscalationPolicyRoutes } from "./escalation/EscalationPolicyRoutes.ts"
import { IncidentRoutes } from "./incident/IncidentRoutes.ts"
import { IntegrationRoutes } from "./integration/IntegrationRoutes.ts"
import { OpsgenieRoutes } from "./integration/OpsgenieRoutes.ts"
import { ReceiverRoutes } from "./integration/ReceiverRoutes.ts"
import { LinkRoutes } from "./notification/LinkRoutes.ts"
import { ScheduleRoutes } from "./schedule/ScheduleRoutes.ts"
import { WhoIsOnCallRoutes } from "./schedule/WhoIsOnCallRoutes.ts"
import { ServiceRoutes } from "./service/ServiceRoutes.ts"
import { SetupRoutes } from "./setup/SetupRoutes.ts"

/** Handlers of the whole `OncallApi`. */
export const OncallRoutes = Layer.mergeAll(
  IncidentRoutes,
  ServiceRoutes,
  IntegrationRoutes,
  ScheduleRoutes,
  WhoIsOnCallRoutes,
  EscalationPolicyRoutes,
  LinkRoutes,
  SetupRoutes,
  ReceiverRoutes,
  OpsgenieRoutes
)
