import { containing } from "@innkeeper/database"
import { Effect, Schema } from "effect"
import { SecureRandom } from "effect/crypto"
import { SqlClient } from "effect/sql"
import { Actor } from "../identity/User.ts"
import { AuditEntry } from "./AuditApi.ts"

const Row = Schema.Struct({ ...AuditEntry.fields, at: Schema.DateTimeUtcFromDate })
const decodeRows = Schema.decodeUnknownEffect(Schema.Array(Row))
const encodeActor = Schema.encodeSync(Actor)

export const insertEntry = Effect.fnUntraced(function*(entry: Omit<AuditEntry, "id" | "at">) {
  const sql = yield* SqlClient.SqlClient
  yield* sql`
    INSERT INTO audit_entry (id, actor, action, subject, detail, ip, request_id)
    VALUES (${SecureRandom.uuidV7Unsafe()}, ${JSON.stringify(encodeActor(entry.actor))}::jsonb, ${entry.action},
      ${entry.subject}, ${JSON.stringify(entry.detail)}::jsonb, ${entry.ip}, ${entry.requestId})`
})

/** What a search is limited to; `before` is the id of the last entry of the previous page. */
export interface AuditFilter {
  readonly text?: string | undefined
  readonly action?: string | undefined
  readonly from?: AuditEntry["at"] | undefined
  readonly until?: AuditEntry["at"] | undefined
  readonly before?: string | undefined
  readonly limit: number
}

/** Entries of the current tenant, newest first. */
export const findEntries = Effect.fnUntraced(function*(filter: AuditFilter) {
  const sql = yield* SqlClient.SqlClient
  const pattern = containing((filter.text ?? "").trim())
  const rows = yield* sql`
    SELECT id, at, actor, action, subject, detail, ip, request_id AS "requestId" FROM audit_entry
    WHERE ${
    sql.and([
      sql`true`,
      ...(filter.text?.trim()
        ? [sql`(action ILIKE ${pattern} OR subject ILIKE ${pattern} OR actor->>'name' ILIKE ${pattern}
            OR detail::text ILIKE ${pattern} OR ip ILIKE ${pattern})`]
        : []),
      ...(filter.action ? [sql`action = ${filter.action}`] : []),
      ...(filter.from ? [sql`at >= ${instant(filter.from)}::timestamptz`] : []),
      ...(filter.until ? [sql`at < ${instant(filter.until)}::timestamptz`] : []),
      ...(filter.before ? [sql`id < ${filter.before}`] : [])
    ])
  }
    ORDER BY id DESC LIMIT ${filter.limit}`
  return (yield* decodeRows(rows)).map((row) => new AuditEntry(row))
})

const instant = Schema.encodeSync(Schema.DateTimeUtcFromString)
