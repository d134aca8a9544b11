import { EventConsumer } from "@innkeeper/runtime"
import { Array, DateTime, Effect, Layer } from "effect"
import { Notifier } from "../notification/NotifierEntity.ts"
import { tenantTransaction } from "../tenantTransaction.ts"
import { ExpireAcknowledgement } from "./AcknowledgementWorkflow.ts"
import { findComingSteps, findEndingAcknowledgements, findPendingPages } from "./ArrivalStore.ts"
import { DueSteps, Escalation } from "./EscalationEntity.ts"

/**
 * Takes up what the cluster of another server had in hand for a tenant whose rows have come from there: alarms of steps, pages
 * on their way, acknowledgements that end. Steps that are due by now are `ResumptionConsumer`'s. Twice is the same.
 */
export const ArrivalConsumerLive = Layer.unwrap(Effect.gen(function*() {
  const inTenant = yield* tenantTransaction
  const alarms = yield* Escalation.client
  const notifier = yield* Notifier.client

  return EventConsumer.layer({
    name: "oncall/arrival",
    types: ["tenant.moved"],
    handler: Effect.fnUntraced(function*({ tenantId }) {
      const moments = yield* inTenant(tenantId, findComingSteps())
      const pages = yield* inTenant(tenantId, findPendingPages())
      const acknowledged = yield* inTenant(tenantId, findEndingAcknowledgements())
      yield* Effect.forEach(
        moments,
        (at) => alarms(tenantId).Due(new DueSteps({ tenantId, at: DateTime.makeUnsafe(at) }), { discard: true }),
        { discard: true }
      ).pipe(Effect.orDie)
      yield* Effect.forEach(
        Object.entries(Array.groupBy(pages, ({ contactMethodId }) => contactMethodId)),
        ([method, pages]) =>
          notifier(`${tenantId}/${method}`).DeliverAll({
            tenantId,
            pages: pages.map(({ id }) => ({ id, traceparent: null }))
          }, { discard: true }),
        { discard: true }
      ).pipe(Effect.orDie)
      yield* Effect.forEach(
        acknowledged,
        (run) => ExpireAcknowledgement.execute({ tenantId, ...run }, { discard: true }),
        { discard: true }
      )
    })
  })
}))
