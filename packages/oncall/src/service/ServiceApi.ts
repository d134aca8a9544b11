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
import { Service, ServiceId, ServiceInput } from "./Service.ts"

export class ServiceApi extends HttpApiGroup.make("services")
  .add(
    HttpApiEndpoint.get("list", "/", { success: Schema.Array(Service) }).annotate(AccessRule, needs("oncall:read")),
    HttpApiEndpoint.get("get", "/:id", { params: { id: ServiceId }, success: Service, error: NotFound })
      .annotate(AccessRule, needs("oncall:read")),
    HttpApiEndpoint.post("create", "/", { payload: ServiceInput, success: Service, error: [Conflict, Unprocessable] })
      .annotate(AccessRule, needs("oncall:write")),
    HttpApiEndpoint.put("replace", "/:id", {
      params: { id: ServiceId },
      payload: ServiceInput,
      success: Service,
      error: [NotFound, Conflict, Unprocessable]
    }).annotate(AccessRule, needs("oncall:write")),
    HttpApiEndpoint.delete("remove", "/:id", {
      params: { id: ServiceId },
      success: HttpApiSchema.NoContent,
      error: [NotFound, Conflict]
    }).annotate(AccessRule, needs("oncall:write"))
  )
  .middleware(Authorization)
  .annotateEndpoints(NeedsFeature, "oncall")
  .prefix("/services")
{}
