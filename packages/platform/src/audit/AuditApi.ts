import { Schema } from "effect"
import { HttpApiEndpoint, HttpApiGroup, HttpApiSchema } from "effect/http-api"
import { AccessRule, needs } from "../access/Access.ts"
import { Authorization } from "../access/Authorization.ts"
import { Instant } from "../access/Instant.ts"
import { Page, pageQuery } from "../access/Page.ts"
import { Text } from "../access/Text.ts"
import { Actor } from "../identity/User.ts"

/** One line of the audit log: who did what, when, from where. Append-only. */
export class AuditEntry extends Schema.Class<AuditEntry>("platform/AuditEntry")({
  id: Schema.String,
  at: Schema.DateTimeUtcFromString,
  actor: Actor,
  /** `noun.verb`, such as `user.created` or `session.failed`. */
  action: Schema.String,
  /** What it was done to, such as `user:019…`; null when nothing was touched. */
  subject: Schema.NullOr(Schema.String),
  detail: Schema.Json,
  /** Address of the caller, when the action came over HTTP. */
  ip: Schema.NullOr(Schema.String),
  requestId: Schema.NullOr(Schema.String)
}) {}

const filters = {
  text: Schema.optionalKey(Text(200)),
  action: Schema.optionalKey(Text(100)),
  from: Schema.optionalKey(Instant),
  until: Schema.optionalKey(Instant)
}

export class AuditApi extends HttpApiGroup.make("audit")
  .add(
    HttpApiEndpoint.get("search", "/", {
      query: { ...filters, ...pageQuery },
      success: Page(AuditEntry)
    }).annotate(AccessRule, needs("audit:read")),
    HttpApiEndpoint.get("export", "/export.csv", {
      query: filters,
      success: Schema.String.pipe(HttpApiSchema.asText({ contentType: "text/csv; charset=utf-8" }))
    }).annotate(AccessRule, needs("audit:read"))
  )
  .middleware(Authorization)
  .prefix("/audit")
{}
