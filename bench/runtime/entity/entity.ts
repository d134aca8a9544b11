import { Effect } from "effect"
import { callRows, showQueries } from "../callRows.ts"
import { busyMillis, CallsMeasured } from "../Calls.ts"
import { compare } from "../compare.ts"
import type { Scale } from "../Scale.ts"

const programs = { Innkeeper: import.meta.resolve("./innkeeper.ts") }

/** Persisted entity calls: throughput, latency and what one costs the database. */
export const entity = Effect.fnUntraced(function*(scale: Scale) {
  const { Innkeeper } = yield* compare({
    programs,
    measure: "calls",
    result: CallsMeasured,
    scale,
    badness: busyMillis
  })
  yield* showQueries({ Innkeeper: Innkeeper.busy.cost })
  return callRows("Persisted entity call", Innkeeper)
})
