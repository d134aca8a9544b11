import { DateTime, Effect } from "effect"
import { Escalation } from "./EscalationEntity.ts"
import { Pager } from "./Pager.ts"

/**
 * Takes the steps of escalations when they are due. With the first alarm that it hears it looks after what its predecessor
 * may have left half done: the alarm of a step that was taken and not handed over comes again, and is for nothing else.
 */
export const EscalationStepsLive = Escalation.toLayer(
  Effect.gen(function*() {
    const { escalateDue, escalateUntried } = yield* Pager
    let isFirst = true
    return Escalation.of({
      Due: ({ payload: { at, tenantId } }) =>
        Effect.gen(function*() {
          const lookBack = isFirst
          isFirst = false
          yield* Effect.all(
            [escalateDue(tenantId, DateTime.toEpochMillis(at)), lookBack ? escalateUntried(tenantId) : Effect.void],
            { concurrency: "unbounded", discard: true }
          )
        })
    })
  }),
  { concurrency: "unbounded" }
)
