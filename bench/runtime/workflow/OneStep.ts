import { Effect, Schema } from "effect"
import { Activity, Workflow } from "effect/workflow"

/** The smallest durable workflow: one activity. */
export const OneStep = Workflow.make("bench/OneStep", {
  payload: { id: Schema.Int },
  success: Schema.Int,
  idempotencyKey: ({ id }) => String(id)
})

export const OneStepLive = OneStep.toLayer(({ id }) =>
  Activity.make({ name: "step", success: Schema.Int, execute: Effect.succeed(id + 1) })
)
