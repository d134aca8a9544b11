import { assert, describe, it } from "@effect/vitest"
import { Option, Schema } from "effect"
import { EscalationPlan, nextStage } from "./EscalationPolicy.ts"
import { waitAfter } from "./waitAfter.ts"

const stagesOf = (plan: EscalationPlan) => {
  const all = plan.steps.length * (plan.repeat + 1) + 1
  return Array.from({ length: all }, (_, stage) => Option.toArray(nextStage(plan, stage))).flat()
}

/** When each stage of a run is taken, in seconds from the first, where nobody is ever on call. */
const timesOfNobody = (plan: EscalationPlan) =>
  stagesOf(plan).reduce<ReadonlyArray<number>>(
    (times, stage) => [...times, times.at(-1)! + waitAfter(stage, plan, { now: false, before: false })],
    [0]
  )

describe("waitAfter", () => {
  it.prop(
    "waits as long as the level says where somebody is paged",
    [EscalationPlan, Schema.Boolean],
    ([plan, before]) => {
      for (const stage of stagesOf(plan)) {
        const seconds = stage.kind === "level" ? stage.step.timeoutSeconds : plan.steps.at(-1)!.timeoutSeconds
        assert.strictEqual(waitAfter(stage, plan, { now: true, before }), seconds)
      }
    }
  )

  it.prop("goes on at once from a level that reaches nobody after one that did", [EscalationPlan], ([plan]) => {
    for (const stage of stagesOf(plan)) assert.strictEqual(waitAfter(stage, plan, { now: false, before: true }), 0)
  })

  it.prop("keeps the time of each further pass where nobody is reached at all", [EscalationPlan], ([plan]) => {
    const last = plan.steps.at(-1)!.timeoutSeconds
    assert.strictEqual(timesOfNobody(plan).at(-1), plan.repeat * last)
  })
})
