import { Clock, Duration, Effect } from "effect"
import { type Distribution, distributionOf } from "./distribution.ts"

/** What a loop showed: times of the single calls in milliseconds, and how many calls ended in a second. */
export interface Loop extends Distribution {
  readonly perSecond: number
}

/** Closed loop: `callers` that each make one call after the other, for a time. Call number `index` is counted from `first`. */
export const closedLoop = Effect.fnUntraced(function*<E, R>(options: {
  readonly callers: number
  readonly lasting: Duration.Input
  readonly first: number
  readonly call: (index: number) => Effect.Effect<unknown, E, R>
}) {
  const clock = yield* Clock.Clock
  const now = () => Number(clock.monotonicTimeNanosUnsafe()) / 1e6
  const times: Array<number> = []
  const started = now()
  const end = started + Duration.toMillis(options.lasting)
  let next = options.first
  const caller = Effect.gen(function*() {
    while (now() < end) {
      const began = now()
      yield* options.call(next++)
      times.push(now() - began)
    }
  })
  yield* Effect.all(Array.from({ length: options.callers }, () => caller), { concurrency: "unbounded", discard: true })
  const loop: Loop = { ...distributionOf(times), perSecond: times.length / ((now() - started) / 1000) }
  return loop
})
