import { Clock, Effect } from "effect"

/** Milliseconds, with fractions, since a moment that is the same for all of this process. */
export const monotonicMillis = Effect.map(
  Effect.flatMap(Clock.Clock, (clock) => clock.monotonicTimeNanos),
  (nanoseconds) => Number(nanoseconds) / 1e6
)
