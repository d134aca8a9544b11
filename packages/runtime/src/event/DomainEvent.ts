import { TenantId } from "@innkeeper/config"
import { Schema } from "effect"

/** Something that happened in a tenant, told after the transaction that caused it committed. */
export class DomainEvent extends Schema.Class<DomainEvent>("runtime/DomainEvent")({
  /** Transaction and position together order the events; see `Cursor`. */
  transaction: Schema.BigIntFromString,
  position: Schema.BigIntFromString,
  id: Schema.String,
  tenantId: TenantId,
  /** `noun.participle`, such as `incident.acknowledged`. */
  type: Schema.String,
  /** Id of what it happened to. */
  subject: Schema.String,
  payload: Schema.Json,
  at: Schema.DateTimeUtcFromDate,
  /** The trace in which it happened (W3C Trace Context); its consumers go on with it. */
  traceparent: Schema.NullOr(Schema.String),
  /** Id of the only person whose open pages are told of it; null when all of the tenant's are. */
  recipient: Schema.NullOr(Schema.String)
}) {}

/** An event as it is told to the outbox, which adds the rest. */
export interface NewEvent {
  readonly type: string
  readonly subject: string
  readonly payload: Schema.Json
  /** The trace in which it happened, where that is not the one that publishes it. */
  readonly traceparent?: string | null | undefined
  /** Id of the only person whose open pages are to be told of it, with its payload; otherwise all of the tenant's are. */
  readonly recipient?: string | null | undefined
}
