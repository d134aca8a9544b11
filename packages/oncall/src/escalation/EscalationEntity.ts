import { TenantId } from "@innkeeper/config"
import { PrimaryKey, Schema } from "effect"
import { ClusterSchema, DeliverAt, Entity } from "effect/cluster"
import { Rpc } from "effect/rpc"
import { IncidentId } from "../incident/Incident.ts"

/** A step that is to be taken when the wait before it is over. `stage` is counted from 0 over all passes. */
export class DueStep extends Schema.Class<DueStep>("oncall/DueStep")({
  tenantId: TenantId,
  incidentId: IncidentId,
  run: Schema.Int,
  stage: Schema.Int,
  at: Schema.DateTimeUtcFromMillis
}) {
  [PrimaryKey.symbol]() {
    return `${this.incidentId}/${this.run}/${this.stage}`
  }
  [DeliverAt.symbol]() {
    return this.at
  }
}

/**
 * The timers of escalations, one entity per tenant, so that steps of a tenant that are due together are written together.
 *
 * A timer is a message that is stored until it is due, and its key is the step: however often it is set it comes once. It is
 * done when the step is taken and the next timer is stored, so an escalation goes on wherever its pod died. A timer of a run
 * that was stopped meanwhile finds nothing to do.
 */
export const Escalation = Entity.make("oncall/Escalation", [
  Rpc.make("Step", { payload: DueStep }).annotate(ClusterSchema.Persisted, true)
])
