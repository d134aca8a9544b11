import { TenantId } from "@innkeeper/config"
import { Schema } from "effect"
import { ClusterSchema, DeliverAt, Entity } from "effect/cluster"
import { Rpc } from "effect/rpc"

/** Asks for the steps of a tenant's escalations that are due at a moment. */
export class DueSteps extends Schema.Class<DueSteps>("oncall/DueSteps")({
  tenantId: TenantId,
  at: Schema.DateTimeUtcFromMillis
}) {
  [DeliverAt.symbol]() {
    return this.at
  }
}

/**
 * The alarm clock of escalations, one entity per tenant. When a step is due stands in the row of its run; an alarm is a message
 * that is stored until then. One alarm serves all steps that are due by then, and one too many finds nothing to do.
 */
export const Escalation = Entity.make("oncall/Escalation", [
  Rpc.make("Due", { payload: DueSteps }).annotate(ClusterSchema.Persisted, true)
])
