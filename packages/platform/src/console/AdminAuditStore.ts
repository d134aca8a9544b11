import { firstIdAt } from "@innkeeper/database"
import { DateTime, Effect, Schema } from "effect"
import { SecureRandom } from "effect/crypto"
import { SqlClient } from "effect/sql"
import { AdminActor } from "./AdminActor.ts"
import { AdminAuditEntry } from "./AdminAuditEntry.ts"

const Row = Schema.Struct({ ...AdminAuditEntry.fields, at: Schema.DateTimeUtcFromDate })
const decodeRows = Schema.decodeUnknownEffect(Schema.Array(Row))
const encodeActor = Schema.encodeSync(AdminActor)

/** Within `withPlatform`, as all of this file. */
export const insertAdminEntry = Effect.fnUntraced(function*(entry: Omit<AdminAuditEntry, "id" | "at">) {
  const sql = yield* SqlClient.SqlClient
  yield* sql`
    INSERT INTO admin_audit_entry (id, actor, action, subject, detail, ip, request_id)
    VALUES (${SecureRandom.uuidV7Unsafe()}, ${JSON.stringify(encodeActor(entry.actor))}::jsonb, ${entry.action},
      ${entry.subject}, ${JSON.stringify(entry.detail)}::jsonb, ${entry.ip}, ${entry.requestId})`
})

/** The newest entries, newest first; `before` is the id of the last one of the previous page. */
export const findAdminEntries = Effect.fnUntraced(function*(page: {
  readonly before?: string | undefined
  readonly limit: number
}) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`
    SELECT id, at, actor, action, subject, detail, ip, request_id AS "requestId" FROM admin_audit_entry
    WHERE ${page.before === undefined ? sql`true` : sql`id < ${page.before}`}
    ORDER BY id DESC LIMIT ${page.limit}`
  return (yield* decodeRows(rows)).map((row) => new AdminAuditEntry(row))
})

/** Deletes entries from before `before`, at most `limit` and the oldest first. Returns how many. */
export const deleteAdminEntries = Effect.fnUntraced(function*(options: {
  readonly before: DateTime.Utc
  readonly limit: number
}) {
  const sql = yield* SqlClient.SqlClient
  const [row] = yield* sql<{ readonly count: number }>`
    WITH gone AS (
      DELETE FROM admin_audit_entry WHERE id IN (
        SELECT id FROM admin_audit_entry
        WHERE id < ${firstIdAt(options.before)}::uuid AND at < ${DateTime.formatIso(options.before)}::timestamptz
        ORDER BY id LIMIT ${options.limit}
      ) RETURNING 1
    )
    SELECT count(*)::int AS count FROM gone`
  return row!.count
})
