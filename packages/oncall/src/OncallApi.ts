import { Outages } from "@innkeeper/platform/api"
import { HttpApi, HttpApiMiddleware } from "effect/http-api"
import { EscalationPolicyApi } from "./escalation/EscalationPolicyApi.ts"
import { IncidentApi } from "./incident/IncidentApi.ts"
import { IntegrationApi } from "./integration/IntegrationApi.ts"
import { OpsgenieApi } from "./integration/OpsgenieApi.ts"
import { ReceiverApi } from "./integration/ReceiverApi.ts"
import { LinkApi } from "./notification/LinkApi.ts"
import { ScheduleApi } from "./schedule/ScheduleApi.ts"
import { WhoIsOnCallApi } from "./schedule/WhoIsOnCallApi.ts"
import { ServiceApi } from "./service/ServiceApi.ts"
import { SetupApi } from "./setup/SetupApi.ts"

/** On-call over HTTP: the part of Innkeeper's API that this package answers for. */
export class OncallApi extends HttpApi.make("innkeeper")
  .add(
    IncidentApi,
    ServiceApi,
    IntegrationApi,
    ScheduleApi,
    WhoIsOnCallApi,
    EscalationPolicyApi,
    LinkApi,
    SetupApi
  )
  .prefix("/api/v1")
  .add(ReceiverApi, OpsgenieApi)
  .middleware(HttpApiMiddleware.ProblemDetails)
  .middleware(Outages)
{}
