import { Cause, Effect, type Schema } from "effect"
import { Activity, Workflow } from "effect/workflow"

/** Name of the activity that undoes a step. */
const undoing = (step: string) => `${step}/undo`

/**
 * A step of a saga: an activity, and what undoes it should the run fail or be cancelled later.
 *
 * The steps that have succeeded are undone one by one, the last first. Undoing is an activity of its own, named `name/undo`:
 * it is stored, so what was undone before a crash is not undone again, and undoing goes on after it. Like each activity it
 * may run twice when the crash falls between its end and its record. It has to try itself as long as it makes sense; one
 * that dies is told in the log and in the run's history, and the steps before it are undone nevertheless.
 *
 * Use it in the body of a workflow, not in another activity.
 */
export const sagaStep = <
  R,
  R2,
  Success extends Schema.Constraint = Schema.Void,
  Error extends Schema.Constraint = Schema.Never
>(options: {
  readonly name: string
  readonly success?: Success
  readonly error?: Error
  readonly execute: Effect.Effect<Success["Type"], Error["Type"], R>
  readonly undo: (value: Success["Type"]) => Effect.Effect<void, never, R2>
}) => {
  const { undo, ...step } = options
  return Activity.make(step).pipe(
    Workflow.withCompensation((value) =>
      Activity.make({ name: undoing(step.name), execute: undo(value) }).pipe(
        Effect.catchCause((cause) =>
          Cause.hasInterrupts(cause)
            ? Effect.failCause(cause)
            : Effect.logError("A step of a run could not be undone", cause).pipe(
              Effect.annotateLogs({ step: step.name })
            )
        )
      )
    )
  )
}
