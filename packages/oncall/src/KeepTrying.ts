import { isDatabaseAway } from "@innkeeper/database"
import { untilBack } from "@innkeeper/runtime"
import { Cause, Effect, Schema } from "effect"

/** A database that is away fails a thousand steps at once, and none is at fault: that is a warning, which is printed once. */
const tell = (text: string, cause: Cause.Cause<never>) =>
  isDatabaseAway(cause) ? Effect.logWarning(text, cause) : Effect.logError(text, cause)

const isLasting = (defect: unknown) =>
  Schema.isSchemaError(defect) || defect instanceof TypeError || defect instanceof RangeError

/** Whether it would fail however often it is tried: what is stored cannot be read, or the program is at fault. */
export const isInVain = ({ reasons }: Cause.Cause<never>) =>
  reasons.some((reason) => Cause.isDieReason(reason) && isLasting(reason.defect))

/**
 * Runs `effect` again until it succeeds or is interrupted, whatever it dies of, such as a database that is away; with
 * `unless`, it dies of what that is true of.
 *
 * For the steps of durable work: a workflow keeps the defect of a step as its result and ends with it for good.
 */
export const keepTrying =
  (what: string, unless: (cause: Cause.Cause<never>) => boolean = () => false) =>
  <A, R>(effect: Effect.Effect<A, never, R>): Effect.Effect<A, never, R> =>
    effect.pipe(
      Effect.sandbox,
      Effect.tapError((cause) => Cause.hasInterrupts(cause) ? Effect.void : tell(`${what} failed`, cause)),
      Effect.retry({ schedule: untilBack, while: (cause) => !Cause.hasInterrupts(cause) && !unless(cause) }),
      Effect.catch(Effect.failCause)
    )
