import { Context, Effect, Schema } from "effect"
import { closedLoop } from "../lib/closedLoop.ts"
import { Cost, Meter } from "./Meter.ts"
import type { Scale } from "./Scale.ts"

/** The durable operation that a side offers. */
export class Calls extends Context.Service<Calls, {
  /** Does operation number `index` from its start until its result is known; no number comes twice. */
  readonly call: (index: number) => Effect.Effect<void>
}>()("bench/Calls") {}

const Loop = Schema.Struct({
  count: Schema.Int,
  perSecond: Schema.Finite,
  p50: Schema.Finite,
  p99: Schema.Finite,
  worst: Schema.Finite
})

/** How fast the operation is, and what one costs the database, under a load and alone. */
export const CallsMeasured = Schema.Struct({
  busy: Schema.Struct({ result: Loop, cost: Cost }),
  alone: Schema.Struct({ result: Loop, cost: Cost })
})
export type CallsMeasured = typeof CallsMeasured.Type

/** Time that one of many took on average: by it rounds are compared. */
export const busyMillis = ({ busy }: CallsMeasured) => 1000 / busy.result.perSecond

/** Operations at 32 a time and one after the other, after a warm-up. */
export const measureCalls = Effect.fnUntraced(function*({ seconds, warmUp }: Scale) {
  const { call } = yield* Calls
  const { costOf } = yield* Meter
  const loop = (callers: number, lasting: number, first: number) =>
    closedLoop({ callers, lasting: `${lasting} seconds`, first, call })
  yield* loop(32, warmUp, 1_000_000)
  const busy = yield* costOf(loop(32, seconds, 2_000_000), ({ count }) => count)
  const alone = yield* costOf(loop(1, seconds, 3_000_000), ({ count }) => count)
  const measured: CallsMeasured = { busy, alone }
  return measured
})
