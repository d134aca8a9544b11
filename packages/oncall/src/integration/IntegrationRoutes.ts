import { CurrentPrincipal } from "@innkeeper/platform/api"
import { Effect } from "effect"
import { HttpApiBuilder } from "effect/http-api"
import { OncallApi } from "../OncallApi.ts"
import { Integrations } from "./Integrations.ts"

/** Keys are shown to those who may configure. */
const mayReveal = Effect.map(CurrentPrincipal, ({ scopes }) => scopes.includes("oncall:write"))

export const IntegrationRoutes = HttpApiBuilder.group(
  OncallApi,
  "integrations",
  Effect.fnUntraced(function*(handlers) {
    const integrations = yield* Integrations
    return handlers.handleAll({
      list: () => Effect.flatMap(mayReveal, integrations.list),
      get: ({ params }) => Effect.flatMap(mayReveal, (reveal) => integrations.get(params.id, reveal)),
      create: ({ payload }) => integrations.create(payload),
      replace: ({ params, payload }) => integrations.replace(params.id, payload),
      revoke: ({ params }) => integrations.revoke(params.id)
    })
  })
)
