import { Effect } from "effect"
import { HttpApiBuilder } from "effect/http-api"
import { OncallApi } from "../OncallApi.ts"
import { Setups } from "./Setups.ts"

export const SetupRoutes = HttpApiBuilder.group(
  OncallApi,
  "setup",
  Effect.fnUntraced(function*(handlers) {
    const setups = yield* Setups
    return handlers.handleAll({
      apply: ({ payload, query }) => setups.apply(payload, { dryRun: query.dryRun === "true" }),
      export: ({ params }) => setups.export(params.slug)
    })
  })
)
