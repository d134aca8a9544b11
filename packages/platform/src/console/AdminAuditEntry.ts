import { Schema } from "effect"
import { AdminActor } from "./AdminActor.ts"

/** Something that an admin of the platform did, or tried. */
export class AdminAuditEntry extends Schema.Class<AdminAuditEntry>("platform/AdminAuditEntry")({
  id: Schema.String,
  at: Schema.DateTimeUtcFromString,
  actor: AdminActor,
  /** Such as `job.replayed`. */
  action: Schema.String,
  /** What it was done to, such as `job:0198…`; null when it is about nothing in particular. */
  subject: Schema.NullOr(Schema.String),
  detail: Schema.Json,
  ip: Schema.NullOr(Schema.String),
  requestId: Schema.NullOr(Schema.String)
}) {}
