import { Effect } from "effect"
import { Escalation } from "./EscalationEntity.ts"
import { Pager } from "./Pager.ts"

/** Takes the steps of escalations when their timers are due, all of them at once. */
export const EscalationStepsLive = Escalation.toLayer(
  Effect.gen(function*() {
    const { escalate } = yield* Pager
    return Escalation.of({ Step: ({ payload: { stage, ...run } }) => escalate(run, stage) })
  }),
  { concurrency: "unbounded", maxIdleTime: "1 minute" }
)
