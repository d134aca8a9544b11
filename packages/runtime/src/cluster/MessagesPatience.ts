import { Cause, Effect, Option } from "effect"
import { ClusterError } from "effect/cluster"
import { WorkflowEngine } from "effect/workflow"
import { isPassing } from "../batch/isPassing.ts"
import { untilBack } from "../untilBack.ts"

const passes = (error: unknown) => error instanceof ClusterError.PersistenceError && isPassing(Cause.fail(error.cause))

/**
 * Asks the database again until it answers, while it is away, too slow, or has others in the way. What it refuses fails at
 * once. For what may be done twice: it may have been done although nobody could say so.
 */
export const untilAnswered = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  effect.pipe(
    Effect.tapError((error) =>
      passes(error) ? Effect.logWarning("Messages of the cluster wait for the database", error) : Effect.void
    ),
    Effect.retry({ schedule: untilBack, while: passes })
  )

/** `untilAnswered` within a run, of which the engine would keep the failure as its result. Others get it themselves. */
export const patientInRun = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.flatMap(
    Effect.serviceOption(WorkflowEngine.WorkflowInstance),
    (run) => Option.isSome(run) ? untilAnswered(effect) : effect
  )
