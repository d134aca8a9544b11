import { DateTime, Effect } from "effect"
import { HttpApiBuilder } from "effect/http-api"
import { invalidField } from "../access/invalidField.ts"
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
      create: Effect.fnUntraced(function*({ payload: { expiresAt = null, ...payload } }) {
        yield* mustHold(payload.scopes)
        if (expiresAt !== null && DateTime.isLessThanOrEqualTo(expiresAt, yield* DateTime.now)) {
          return yield* invalidField("expiresAt", "expected a time that is still to come")
        }
        return yield* keys.create({ ...payload, expiresAt })
      }),
      revoke: ({ params }) => keys.revoke(params.id)
    })
  })
)
