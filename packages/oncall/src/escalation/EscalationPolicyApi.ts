import {
  AccessRule,
  Authorization,
  Conflict,
  needs,
  NeedsFeature,
  NotFound,
  Unprocessable
} from "@innkeeper/platform/api"
import { Schema } from "effect"
import { HttpApiEndpoint, HttpApiGroup, HttpApiSchema } from "effect/http-api"
import { EscalationPolicy, EscalationPolicyId, EscalationPolicyInput } from "./EscalationPolicy.ts"

export class EscalationPolicyApi extends HttpApiGroup.make("escalationPolicies")
  .add(
    HttpApiEndpoint.get("list", "/", { success: Schema.Array(EscalationPolicy) })
      .annotate(AccessRule, needs("oncall:read")),
    HttpApiEndpoint.get("get", "/:id", {
      params: { id: EscalationPolicyId },
      success: EscalationPolicy,
      error: NotFound
    }).annotate(AccessRule, needs("oncall:read")),
    HttpApiEndpoint.post("create", "/", {
      payload: EscalationPolicyInput,
      success: EscalationPolicy,
      error: [Conflict, Unprocessable]
    }).annotate(AccessRule, needs("oncall:write")),
    HttpApiEndpoint.put("replace", "/:id", {
      params: { id: EscalationPolicyId },
      payload: EscalationPolicyInput,
      success: EscalationPolicy,
      error: [NotFound, Conflict, Unprocessable]
    }).annotate(AccessRule, needs("oncall:write")),
    HttpApiEndpoint.delete("remove", "/:id", {
      params: { id: EscalationPolicyId },
      success: HttpApiSchema.NoContent,
      error: [NotFound, Conflict]
    }).annotate(AccessRule, needs("oncall:write"))
  )
  .middleware(Authorization)
  .annotateEndpoints(NeedsFeature, "oncall")
  .prefix("/escalation-policies")
{}
