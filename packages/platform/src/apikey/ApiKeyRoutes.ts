import { Effect } from "effect"
import { HttpApiBuilder } from "effect/http-api"
import { mustHold } from "../access/mustHold.ts"
import { PlatformApi } from "../PlatformApi.ts"
import { ApiKeys } from "./ApiKeys.ts"

export const ApiKeyRoutes = HttpApiBuilder.group(
  PlatformApi,
  "apiKeys",
  Effect.fnUntraced(function*(handlers) {
    const keys = yield* ApiKeys
    return handlers.handleAll({
      list: () => keys.list,
      create: Effect.fnUntraced(function*({ payload }) {
        yield* mustHold(payload.scopes)
        return yield* keys.create({ ...payload, expiresAt: payload.expiresAt ?? null })
      }),
      revoke: ({ params }) => keys.revoke(params.id)
    })
  })
)
