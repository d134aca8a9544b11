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
import { HttpApiEndpoint, HttpApiGroup } from "effect/http-api"
import { Integration, IntegrationId, IntegrationInput } from "./Integration.ts"

export class IntegrationApi extends HttpApiGroup.make("integrations")
  .add(
    HttpApiEndpoint.get("list", "/", { success: Schema.Array(Integration) })
      .annotate(AccessRule, needs("oncall:read")),
    HttpApiEndpoint.get("get", "/:id", { params: { id: IntegrationId }, success: Integration, error: NotFound })
      .annotate(AccessRule, needs("oncall:read")),
    HttpApiEndpoint.post("create", "/", {
      payload: IntegrationInput,
      success: Integration,
      error: [Conflict, Unprocessable]
    }).annotate(AccessRule, needs("oncall:write")),
    HttpApiEndpoint.put("replace", "/:id", {
      params: { id: IntegrationId },
      payload: IntegrationInput,
      success: Integration,
      error: [NotFound, Conflict, Unprocessable]
    }).annotate(AccessRule, needs("oncall:write")),
    /** The key stops working at once and for good. */
    HttpApiEndpoint.post("revoke", "/:id/revoke", {
      params: { id: IntegrationId },
      success: Integration,
      error: NotFound
    }).annotate(AccessRule, needs("oncall:write"))
  )
  .middleware(Authorization)
  .annotateEndpoints(NeedsFeature, "oncall")
  .prefix("/integrations")
{}
