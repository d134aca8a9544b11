import { type DomainEvent, EventConsumer } from "@innkeeper/runtime"
import { Effect, Layer, Option, Schema } from "effect"
import { IncidentId } from "../incident/Incident.ts"
import { beginsRun, type IncidentEventType } from "../incident/IncidentEvents.ts"
import { tenantTransaction } from "../tenantTransaction.ts"
import { ExpireAcknowledgement } from "./AcknowledgementWorkflow.ts"
import type { RunRef } from "./EscalationRun.ts"
import { findRun } from "./EscalationRunStore.ts"
import { Pager } from "./Pager.ts"

const types: ReadonlyArray<IncidentEventType> = [...beginsRun, "incident.acknowledged"]

/** Incidents that begin together are paged together, so that a storm costs few transactions. */
const concurrency = 128

const Payload = Schema.Struct({ run: Schema.Int })

/**
 * Starts escalation runs as incidents change. What stops one says so in its row, where the alarm of its next step finds it. Repeating an
 * event changes nothing but that a page which was written and not handed over is handed over.
 */
export const EscalationConsumerLive = Layer.unwrap(Effect.gen(function*() {
  const inTenant = yield* tenantTransaction

  const pager = yield* Pager

  const watchAcknowledgement = Effect.fnUntraced(function*(run: RunRef) {
    const found = yield* inTenant(run.tenantId, findRun(run))
    const seconds = Option.getOrNull(Option.map(found, ({ plan }) => plan.acknowledgementTimeoutSeconds))
    if (seconds !== null) yield* ExpireAcknowledgement.execute({ ...run, seconds }, { discard: true })
  })

  const handle = Effect.fnUntraced(function*(event: DomainEvent) {
    const { run } = yield* Effect.orDie(Schema.decodeUnknownEffect(Payload)(event.payload))
    const current: RunRef = { tenantId: event.tenantId, incidentId: IncidentId.make(event.subject), run }
    switch (event.type as IncidentEventType) {
      case "incident.triggered":
      case "incident.acknowledgement-expired":
      case "incident.reassigned":
        return yield* pager.escalate(current, 0)
      case "incident.acknowledged":
        return yield* watchAcknowledgement(current)
      default:
        return
    }
  })

  return EventConsumer.layer({ name: "oncall/escalation", types, handler: handle, concurrency, readsAhead: true })
}))
