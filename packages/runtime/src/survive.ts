import { Cause, type Duration, Effect } from "effect"

/**
 * Lets what comes after an effect go on when this failed or died, such as its next repetition when its connection is lost
 * within a transaction. The cause is logged, and `rest` is waited. An interruption ends the effect as ever.
 */
export const survive = (message: string, rest: Duration.Input = 0) => <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.catchCauseIf(
    effect,
    (cause) => !Cause.hasInterruptsOnly(cause),
    (cause) => Effect.andThen(Effect.logWarning(message, cause), Effect.sleep(rest))
  )
