import { EventConsumer } from "@innkeeper/runtime"
import { DateTime, Effect, Layer } from "effect"
import { makeHandOver } from "../notification/Notifier.ts"
import { tenantTransaction } from "../tenantTransaction.ts"
import { ExpireAcknowledgement } from "./AcknowledgementWorkflow.ts"
import { findComingSteps, findEndingAcknowledgements, findPendingPages } from "./ArrivalStore.ts"
import { DueSteps, Escalation } from "./EscalationEntity.ts"
import { Pager } from "./Pager.ts"

/** Events of a tenant whose rows may have come from elsewhere: another server, or the archive. */
const types = ["tenant.moved", "tenant.restored", "tenant.resumed"]

/**
 * Takes up what the cluster of another server had in hand for a tenant whose rows have come from there, or this one's before
 * they were deleted: alarms of steps, pages on their way, acknowledgements that end. Steps that are due by now are
 * `ResumptionConsumer`'s, too; but one that comes due between the looks of the two is nobody else's. Twice is the same.
 */
export const ArrivalConsumerLive = Layer.unwrap(Effect.gen(function*() {
  const inTenant = yield* tenantTransaction
  const alarms = yield* Escalation.client
  const handOver = yield* makeHandOver
  const { expireAcknowledgement } = yield* Pager

  return EventConsumer.layer({
    name: "oncall/arrival",
    types,
    // One after the other, of all that a tenant has open.
    timeout: "1 hour",
    handler: Effect.fnUntraced(function*({ tenantId }) {
      const moments = yield* inTenant(tenantId, findComingSteps())
      const pages = yield* inTenant(tenantId, findPendingPages())
      const acknowledged = yield* inTenant(tenantId, findEndingAcknowledgements())
      yield* Effect.forEach(
        moments,
        (at) => alarms(tenantId).Due(new DueSteps({ tenantId, at: DateTime.makeUnsafe(at) }), { discard: true }),
        { discard: true }
      ).pipe(Effect.orDie)
      yield* Effect.orDie(handOver(tenantId, pages.map((page) => ({ page, traceparent: null }))))
      yield* Effect.forEach(
        acknowledged,
        // One without time left may have had its run already, which found no rows.
        ({ seconds, ...run }) =>
          seconds === 0
            ? expireAcknowledgement({ tenantId, ...run })
            : ExpireAcknowledgement.execute({ tenantId, ...run, seconds }, { discard: true }),
        { discard: true }
      )
    })
  })
}))
