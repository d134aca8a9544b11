import { TenantId } from "@innkeeper/config"
import { Duration, Effect, Schema } from "effect"
import { Activity, DurableClock, Workflow } from "effect/workflow"
import { IncidentId } from "../incident/Incident.ts"
import { Pager } from "./Pager.ts"

/** Waits out an acknowledgement; when nothing followed it, the incident is triggered again. One per run. */
export class ExpireAcknowledgement extends Workflow.make("oncall/ExpireAcknowledgement", {
  payload: { tenantId: TenantId, incidentId: IncidentId, run: Schema.Int, seconds: Schema.Int },
  idempotencyKey: ({ incidentId, run, tenantId }) => `${tenantId}/${incidentId}/${run}`
}) {}

export const ExpireAcknowledgementLive = ExpireAcknowledgement.toLayer(
  Effect.fnUntraced(function*({ seconds, ...run }) {
    const pager = yield* Pager
    yield* DurableClock.sleep({ name: "expiry", duration: Duration.seconds(seconds), inMemoryThreshold: 0 })
    yield* Activity.make({ name: "expire", execute: pager.expireAcknowledgement(run) })
  })
)
