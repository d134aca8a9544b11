import { Duration, Effect } from "effect"
import { type Distribution, distributionOf } from "./distribution.ts"
import { monotonicMillis } from "./monotonic.ts"

/** What a loop showed: times of the single calls in milliseconds, and how many calls ended in a second. */
export interface Loop extends Distribution {
  readonly perSecond: number
}

interface Calls<E, R> {
  readonly callers: number
  readonly lasting: Duration.Input
  /** Number of the first call; the next ones count on. */
  readonly first: number
  readonly call: (index: number) => Effect.Effect<unknown, E, R>
}

/** Closed loop: `callers` that each make one call after the other, for a time. */
export const closedLoop = <E, R>(calls: Calls<E, R>) =>
  Effect.map(timesOf(calls), ({ lasted, times }): Loop => ({
    ...distributionOf(times),
    perSecond: times.length / (lasted / 1000)
  }))

/** The same, with the time of each call and of the whole in milliseconds. */
export const timesOf = Effect.fnUntraced(function*<E, R>({ call, callers, first, lasting }: Calls<E, R>) {
  const times: Array<number> = []
  const started = yield* monotonicMillis
  const end = started + Duration.toMillis(lasting)
  let next = first
  const caller = Effect.gen(function*() {
    for (let began = yield* monotonicMillis; began < end; began = yield* monotonicMillis) {
      yield* call(next++)
      times.push((yield* monotonicMillis) - began)
    }
  })
  yield* Effect.all(Array.from({ length: callers }, () => caller), { concurrency: "unbounded", discard: true })
  return { times, lasted: (yield* monotonicMillis) - started }
})
