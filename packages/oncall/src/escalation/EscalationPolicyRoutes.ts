import { Effect } from "effect"
import { HttpApiBuilder } from "effect/http-api"
import { OncallApi } from "../OncallApi.ts"
import { EscalationPolicies } from "./EscalationPolicies.ts"

export const EscalationPolicyRoutes = HttpApiBuilder.group(
  OncallApi,
  "escalationPolicies",
  Effect.fnUntraced(function*(handlers) {
    const policies = yield* EscalationPolicies
    return handlers.handleAll({
      list: () => policies.list,
      get: ({ params }) => policies.get(params.id),
      create: ({ payload }) => policies.create(payload),
      replace: ({ params, payload }) => policies.replace(params.id, payload),
      remove: ({ params }) => policies.remove(params.id)
    })
  })
)
