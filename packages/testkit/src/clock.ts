import { type Duration, Effect, Fiber } from "effect"
import { TestClock } from "effect/testing"

/**
 * Moves the test clock by `step`, after a real millisecond for what does not wait on the clock: the hashes and the
 * database behind a workflow's step answer in their own time.
 */
export const tick = (step: Duration.Input = "1 minute") =>
  Effect.andThen(TestClock.withLive(Effect.sleep("1 millis")), TestClock.adjust(step))

/** Runs `effect` to its end while the test clock goes on by `step` again and again. For workflows and timers. */
export const runWithClock = Effect.fnUntraced(function*<A, E, R>(
  effect: Effect.Effect<A, E, R>,
  step: Duration.Input = "1 minute"
) {
  const fiber = yield* Effect.forkChild(effect)
  yield* Effect.repeat(tick(step), { until: () => fiber.pollUnsafe() !== undefined })
  return yield* Fiber.join(fiber)
})
