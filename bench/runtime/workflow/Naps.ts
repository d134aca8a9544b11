import { Context, Deferred, Effect, Exit, Schema } from "effect"
import { closedLoop } from "../../lib/closedLoop.ts"
import { distributionOf } from "../../lib/distribution.ts"
import { Calls } from "../Calls.ts"
import { Cost, Meter } from "../Meter.ts"
import type { Scale } from "../Scale.ts"

/** Durable timers of a side. */
export class Naps extends Context.Service<Naps, {
  /** Runs workflow number `id`, which sleeps durably, and tells by how many milliseconds it woke too late. */
  readonly nap: (id: number) => Effect.Effect<number>
}>()("bench/Naps") {}

/** How long a nap is, in milliseconds. */
const napMillis = 3000

/** When each nap began. A body that is replayed keeps the first time. */
const begun = new Map<number, number>()

/** Who waits for the end of which nap. */
const waiting = new Map<number, Deferred.Deferred<number>>()

/** The body of nap number `id` calls it before it sleeps, and sleeps as long as it says. */
export const lieDown = (id: number) => {
  if (!begun.has(id)) begun.set(id, performance.now())
  return napMillis
}

/** The body of nap number `id` calls it when it has slept. */
export const wake = (id: number) => {
  const deferred = waiting.get(id)
  if (deferred !== undefined) {
    Deferred.doneUnsafe(deferred, Exit.succeed(performance.now() - begun.get(id)! - napMillis))
  }
}

/** Starts nap number `id`, and waits until its body has slept, not until its end is stored. */
export const untilAwake = (id: number, start: Effect.Effect<unknown>) =>
  Effect.suspend(() => {
    const deferred = Deferred.makeUnsafe<number>()
    waiting.set(id, deferred)
    return Effect.andThen(start, Deferred.await(deferred))
  })

export const NapsMeasured = Schema.Struct({
  /** Milliseconds by which the naps ended too late. */
  late: Schema.Struct({ count: Schema.Int, p50: Schema.Finite, p99: Schema.Finite, worst: Schema.Finite }),
  /** What one nap cost, from its workflow's start to its end. */
  cost: Cost
})
export type NapsMeasured = typeof NapsMeasured.Type

/** Naps that are all begun at once, after a warm-up: how late each ends. */
export const measureNaps = Effect.fnUntraced(function*({ naps, warmUp }: Scale) {
  const { call } = yield* Calls
  const { nap } = yield* Naps
  const { costOf } = yield* Meter
  yield* closedLoop({ callers: 32, lasting: `${warmUp} seconds`, first: 1_000_000, call })
  const { cost, result } = yield* costOf(
    Effect.all(Array.from({ length: naps }, (_, id) => nap(id)), { concurrency: "unbounded" }),
    ({ length }) => length
  )
  const measured: NapsMeasured = { late: distributionOf(result), cost }
  return measured
})
