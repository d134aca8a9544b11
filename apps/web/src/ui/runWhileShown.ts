import { Effect, Fiber } from "effect"

/** Runs an effect and returns what interrupts it, for a `useEffect` to return: it ends with what has begun it. */
export const runWhileShown = (effect: Effect.Effect<unknown>) => {
  const fiber = Effect.runFork(effect)
  return () => {
    Effect.runFork(Fiber.interrupt(fiber))
  }
}
