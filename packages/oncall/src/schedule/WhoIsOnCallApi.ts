import { AccessRule, Authorization, Instant, Name, needs, NeedsFeature, UserId } from "@innkeeper/platform/api"
import { Schema } from "effect"
import { HttpApiEndpoint, HttpApiGroup } from "effect/http-api"
import { EscalationPolicyId } from "../escalation/EscalationPolicy.ts"
import { ServiceId } from "../service/Service.ts"
import { OnCall } from "./ScheduleApi.ts"

/** Who would be paged for a service, level by level, at one instant. */
export class ServiceOnCall extends Schema.Class<ServiceOnCall>("oncall/ServiceOnCall")({
  serviceId: ServiceId,
  serviceName: Name,
  policyId: EscalationPolicyId,
  policyName: Name,
  levels: Schema.Array(Schema.Struct({
    level: Schema.Int,
    timeoutSeconds: Schema.Int,
    users: Schema.Array(Schema.Struct({
      id: UserId,
      name: Name,
      /** False: this person could not be paged. */
      reachable: Schema.Boolean
    }))
  }))
}) {}

/** Who is on call, now or at any instant (`at`). */
export class WhoIsOnCallApi extends HttpApiGroup.make("onCall")
  .add(
    HttpApiEndpoint.get("schedules", "/schedules", {
      query: { at: Schema.optionalKey(Instant) },
      success: Schema.Array(OnCall)
    }).annotate(AccessRule, needs("oncall:read")),
    HttpApiEndpoint.get("services", "/services", {
      query: { at: Schema.optionalKey(Instant) },
      success: Schema.Array(ServiceOnCall)
    }).annotate(AccessRule, needs("oncall:read"))
  )
  .middleware(Authorization)
  .annotateEndpoints(NeedsFeature, "oncall")
  .prefix("/on-call")
{}
