import { Cause, Effect, Exit, Option, Schema } from "effect"
import { ClusterSchema, Entity, Sharding } from "effect/cluster"
import { Rpc } from "effect/rpc"
import { parentOf } from "./WorkflowRunStore.ts"

/** Part of what effect's engine understands: the message by which a child that has ended wakes its parent. */
const parentEntity = (workflow: string) =>
  Entity.make(`Workflow/${workflow}`, [
    Rpc.make("resume", {
      payload: { childExecutionId: Schema.String },
      primaryKey: ({ childExecutionId }) => childExecutionId
    })
      .annotate(ClusterSchema.Persisted, true)
      .annotate(ClusterSchema.Uninterruptible, "server")
  ])

/** Whether a run ended because it was cancelled. */
export const wasCancelled = (exit: Exit.Exit<unknown, unknown>) =>
  Exit.isFailure(exit) && Cause.hasInterruptsOnly(exit.cause)

/** Wakes the run that waits for this one, if any. The engine does it for a child that ends, but not for one that is cancelled. */
export const wakeParent = Effect.fnUntraced(function*(workflow: string, executionId: string) {
  const parent = yield* parentOf(workflow, executionId)
  if (Option.isNone(parent)) return
  const sharding = yield* Sharding.Sharding
  const client = yield* sharding.makeClient(parentEntity(parent.value.workflow))
  yield* client(parent.value.executionId).resume({ childExecutionId: executionId }, { discard: true })
})
