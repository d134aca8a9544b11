import { TenantId } from "@innkeeper/config"
import { sagaStep } from "@innkeeper/runtime"
import { DateTime, Effect, Schema } from "effect"
import { Activity, DurableClock, DurableDeferred, Workflow } from "effect/workflow"
import { OperationStep } from "./OperationStep.ts"
import { OperationStopped } from "./OperationStopped.ts"
import { OperationId } from "./TenantOperation.ts"
import { TenantSteps } from "./TenantSteps.ts"

/** Carries out one operation. Its steps are stored with it, so a change of the program changes none that is under way. */
export class RunTenantOperation extends Workflow.make("platform/TenantOperation", {
  payload: { tenantId: TenantId, operationId: OperationId },
  error: OperationStopped,
  idempotencyKey: ({ operationId }) => operationId
}) {}

/** Completed when an off-boarding that waits has nothing more to wait for. */
export const RetentionEnded = DurableDeferred.make("platform/RetentionEnded")

/** Waits until the data of the tenant is to be deleted. True when it is; false when a restoration has ended the operation. */
const retention = Effect.fnUntraced(function*(operationId: OperationId, number: number) {
  const steps = yield* TenantSteps
  const duration = yield* Activity.make({
    name: `step/${number}`,
    success: Schema.DurationFromMillis,
    error: OperationStopped,
    execute: Effect.map(steps.retain(operationId, number), ({ now, until }) => DateTime.distance(now, until))
  })
  yield* DurableDeferred.raceAll({
    name: "retention",
    success: Schema.Void,
    error: Schema.Never,
    effects: [
      DurableDeferred.await(RetentionEnded),
      DurableClock.sleep({ name: "retention", duration, inMemoryThreshold: 0 })
    ]
  })
  return yield* Activity.make({
    name: "removal",
    success: Schema.Boolean,
    error: OperationStopped,
    execute: steps.beginRemoval(operationId)
  })
})

/**
 * The body. Each step is entered before it is taken, so that one that fails half-way is undone as well; the first to be
 * entered, and the last to be undone, is the operation itself.
 */
export const TenantOperationLive = RunTenantOperation.toLayer(Effect.fnUntraced(function*({ operationId }) {
  const steps = yield* TenantSteps
  const all = yield* sagaStep({
    name: "begin",
    success: Schema.Array(OperationStep),
    error: OperationStopped,
    execute: steps.begin(operationId),
    undo: () => steps.giveUp(operationId)
  })
  for (const [index, step] of all.entries()) {
    const number = index + 1
    if (step._tag === "Retain") {
      if (!(yield* retention(operationId, number))) return
      continue
    }
    yield* sagaStep({
      name: `enter/${number}`,
      error: OperationStopped,
      execute: steps.enter(operationId, number),
      undo: () => steps.undo(operationId, number)
    })
    yield* Activity.make({
      name: `step/${number}`,
      error: OperationStopped,
      execute: steps.take(operationId, number)
    })
  }
  yield* Activity.make({ name: "end", execute: steps.end(operationId) })
}))
