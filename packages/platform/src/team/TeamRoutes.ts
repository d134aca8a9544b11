import { Effect } from "effect"
import { HttpApiBuilder } from "effect/http-api"
import { PlatformApi } from "../PlatformApi.ts"
import { Teams } from "./Teams.ts"

export const TeamRoutes = HttpApiBuilder.group(
  PlatformApi,
  "teams",
  Effect.fnUntraced(function*(handlers) {
    const teams = yield* Teams
    return handlers.handleAll({
      list: () => teams.list,
      get: ({ params }) => teams.get(params.id),
      create: ({ payload }) => teams.create(payload),
      replace: ({ params, payload }) => teams.replace(params.id, payload),
      remove: ({ params }) => teams.remove(params.id)
    })
  })
)
