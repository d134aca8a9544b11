import { Cause, type Duration, Effect } from "effect"

/**
 * Lets an effect that is repeated for ever go on after it failed or died, as it does when its connection is lost within a
 * transaction. The cause is logged, and `rest` is waited. An interruption ends the effect as ever.
 */
export const survive = (message: string, rest: Duration.Input = 0) => <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.catchCauseIf(
    effect,
    (cause) => !Cause.hasInterruptsOnly(cause),
    (cause) => Effect.andThen(Effect.logWarning(message, cause), Effect.sleep(rest))
  )
