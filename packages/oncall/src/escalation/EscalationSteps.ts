import { DateTime, Effect } from "effect"
import { Escalation } from "./EscalationEntity.ts"
import { Pager } from "./Pager.ts"

/** Takes the steps of escalations when they are due. */
export const EscalationStepsLive = Escalation.toLayer(
  Effect.gen(function*() {
    const { escalateDue } = yield* Pager
    return Escalation.of({
      Due: ({ payload: { at, tenantId } }) => escalateDue(tenantId, DateTime.toEpochMillis(at))
    })
  }),
  { concurrency: "unbounded" }
)
