import { Layer } from "effect"
import { Alerts } from "./alert/Alerts.ts"
import { EscalationPolicies } from "./escalation/EscalationPolicies.ts"
import { Incidents } from "./incident/Incidents.ts"
import { Integrations } from "./integration/Integrations.ts"
import { Schedules } from "./schedule/Schedules.ts"
import { WhoIsOnCall } from "./schedule/WhoIsOnCall.ts"
import { Services } from "./service/Services.ts"
import { Setups } from "./setup/Setups.ts"

/** The use cases of on-call. They stand on the platform's services and need no cluster. */
export const oncallServices = (options: { readonly publicUrl: string }) =>
  Setups.layer.pipe(
    Layer.provideMerge(Layer.mergeAll(
      Alerts.layer,
      EscalationPolicies.layer,
      Incidents.layer,
      WhoIsOnCall.layer
    )),
    Layer.provideMerge(Integrations.layer(options)),
    Layer.provideMerge(Layer.mergeAll(Schedules.layer, Services.layer))
  )
