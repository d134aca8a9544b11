import { Schema } from "effect"
import { HttpApiEndpoint, HttpApiGroup, HttpApiSchema } from "effect/http-api"
import { AccessRule, needs } from "../access/Access.ts"
import { Authorization } from "../access/Authorization.ts"
import { Conflict, NotFound, Unprocessable } from "../access/Problems.ts"
import { Team, TeamId, TeamInput } from "./Team.ts"

export class TeamApi extends HttpApiGroup.make("teams")
  .add(
    HttpApiEndpoint.get("list", "/", { success: Schema.Array(Team) }).annotate(AccessRule, needs("users:read")),
    HttpApiEndpoint.get("get", "/:id", { params: { id: TeamId }, success: Team, error: NotFound })
      .annotate(AccessRule, needs("users:read")),
    HttpApiEndpoint.post("create", "/", { payload: TeamInput, success: Team, error: [Conflict, Unprocessable] })
      .annotate(AccessRule, needs("users:write")),
    HttpApiEndpoint.put("replace", "/:id", {
      params: { id: TeamId },
      payload: TeamInput,
      success: Team,
      error: [NotFound, Conflict, Unprocessable]
    }).annotate(AccessRule, needs("users:write")),
    HttpApiEndpoint.delete("remove", "/:id", {
      params: { id: TeamId },
      success: HttpApiSchema.NoContent,
      error: [NotFound, Conflict]
    }).annotate(AccessRule, needs("users:write"))
  )
  .middleware(Authorization)
  .prefix("/teams")
{}
