import { type DomainEvent, EventConsumer } from "@innkeeper/runtime"
import { Effect, Layer, Option, Schema } from "effect"
import { DurableDeferred } from "effect/workflow"
import { IncidentId } from "../incident/Incident.ts"
import { beginsRun, type IncidentEventType } from "../incident/IncidentEvents.ts"
import { tenantTransaction } from "../tenantTransaction.ts"
import { ExpireAcknowledgement } from "./AcknowledgementWorkflow.ts"
import { beginEscalation } from "./beginEscalation.ts"
import type { RunRef } from "./EscalationRun.ts"
import { findRun } from "./EscalationRunStore.ts"
import { Escalate, executionOf, Stopped } from "./EscalationWorkflow.ts"

const types: ReadonlyArray<IncidentEventType> = [...beginsRun, "incident.acknowledged", "incident.resolved"]

const Payload = Schema.Struct({ run: Schema.Int })

/** Starts and stops escalation runs as incidents change. Repeating it changes nothing. */
export const EscalationConsumerLive = Layer.unwrap(Effect.gen(function*() {
  const inTenant = yield* tenantTransaction

  const stop = Effect.fnUntraced(function*(run: RunRef) {
    const executionId = yield* executionOf(run)
    const token = DurableDeferred.tokenFromExecutionId(Stopped, { workflow: Escalate, executionId })
    yield* DurableDeferred.succeed(Stopped, { token, value: undefined })
  })

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
        return yield* beginEscalation(current)
      case "incident.reassigned":
        yield* stop({ ...current, run: run - 1 })
        return yield* beginEscalation(current)
      case "incident.acknowledged":
        yield* stop(current)
        return yield* watchAcknowledgement(current)
      case "incident.resolved":
        return yield* stop(current)
      default:
        return
    }
  })

  return EventConsumer.layer({ name: "oncall/escalation", types, handler: handle })
}))
