import { Effect } from "effect"
import { HttpApiBuilder } from "effect/http-api"
import { CurrentPrincipal } from "../access/Authorization.ts"
import { Forbidden } from "../access/Problems.ts"
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
        const { scopes } = yield* CurrentPrincipal
        const missing = payload.scopes.filter((scope) => !scopes.includes(scope))
        if (missing.length > 0) {
          return yield* new Forbidden({ detail: `You cannot give what you do not have: ${missing.join(", ")}` })
        }
        return yield* keys.create({ ...payload, expiresAt: payload.expiresAt ?? null })
      }),
      revoke: ({ params }) => keys.revoke(params.id)
    })
  })
)
