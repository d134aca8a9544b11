import { Context, Effect, Schema } from "effect"
import { closedLoop } from "../../lib/closedLoop.ts"
import { distributionOf } from "../../lib/distribution.ts"
import { Calls } from "../Calls.ts"
import type { Scale } from "../Scale.ts"

/** Durable timers of a side. */
export class Naps extends Context.Service<Naps, {
  /** Runs workflow number `id`, which sleeps durably, and tells by how many milliseconds it woke too late. */
  readonly nap: (id: number) => Effect.Effect<number>
}>()("bench/Naps") {}

/** How long a nap is, in milliseconds. */
export const napMillis = 3000

export const NapsMeasured = Schema.Struct({
  count: Schema.Int,
  p50: Schema.Finite,
  p99: Schema.Finite,
  worst: Schema.Finite
})

/** Naps that are all begun at once, after a warm-up: how late each ends. */
export const measureNaps = Effect.fnUntraced(function*({ naps, warmUp }: Scale) {
  const { call } = yield* Calls
  const { nap } = yield* Naps
  yield* closedLoop({ callers: 32, lasting: `${warmUp} seconds`, first: 1_000_000, call })
  const late = yield* Effect.all(Array.from({ length: naps }, (_, id) => nap(id)), { concurrency: "unbounded" })
  return distributionOf(late)
})
