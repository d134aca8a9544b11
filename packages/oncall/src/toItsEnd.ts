import { Duration, Effect, Fiber } from "effect"

/** What is interrupted may go on for so long. */
const lastWords = Duration.seconds(5)

/**
 * Lets what has begun come to its end, for five seconds at most, when it is interrupted: what another system has taken is
 * written down then, and not done again.
 */
export const toItsEnd = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.uninterruptibleMask((restore) =>
    Effect.flatMap(Effect.forkDetach(effect), (fiber) =>
      restore(Fiber.join(fiber)).pipe(
        Effect.onInterrupt(() =>
          Effect.andThen(Effect.timeoutOption(Fiber.await(fiber), lastWords), Fiber.interrupt(fiber))
        )
      ))
  )
