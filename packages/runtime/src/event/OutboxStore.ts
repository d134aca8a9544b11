import { Effect, Schema } from "effect"
import { SecureRandom } from "effect/crypto"
import { SqlClient } from "effect/sql"
import { currentTraceparent } from "../observability/TraceContext.ts"
import type { Cursor } from "./Cursor.ts"
import { DomainEvent, type NewEvent } from "./DomainEvent.ts"

/** Channel on which a commit with events tells their types, separated by commas. */
export const channel = "innkeeper_outbox"

/** Writes events of the current tenant; readers hear of them when the transaction commits. */
export const insertEvents = Effect.fnUntraced(function*(events: ReadonlyArray<NewEvent>) {
  if (events.length === 0) return
  const sql = yield* SqlClient.SqlClient
  const traceparent = yield* currentTraceparent
  const rows = events.map((event) => ({ id: SecureRandom.uuidV7Unsafe(), traceparent, ...event }))
  const types = [...new Set(events.map(({ type }) => type))].join(",")
  yield* sql`
    WITH written AS (
      INSERT INTO outbox_event (id, type, subject, payload, traceparent, recipient)
      SELECT id, type, subject, coalesce(payload, 'null'::jsonb), traceparent, recipient
      FROM ROWS FROM (jsonb_to_recordset(${
    JSON.stringify(rows)
  }::jsonb) AS (id uuid, type text, subject text, payload jsonb, traceparent text, recipient uuid))
        WITH ORDINALITY AS row (id, type, subject, payload, traceparent, recipient, ordinality)
      ORDER BY ordinality
    )
    SELECT pg_notify(${channel}, ${types})`
})

/** Wakes the readers of these types, when the surrounding transaction commits. */
export const tellReaders = Effect.fnUntraced(function*(types: ReadonlyArray<string>) {
  const sql = yield* SqlClient.SqlClient
  yield* sql`SELECT pg_notify(${channel}, ${types.join(",")})`
})

const decodeEvents = Schema.decodeUnknownEffect(Schema.Array(DomainEvent))

/** Where reading has to stop at present. */
export const horizon = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const [row] = yield* sql<{ readonly xmin: string }>`
    SELECT pg_snapshot_xmin(pg_current_snapshot())::text AS xmin`
  const cursor: Cursor = { transaction: BigInt(row?.xmin ?? "0"), position: 0n }
  return cursor
})

/** Events after one cursor and below another, in order: that of the columns, not that of their text in the result. */
export const eventsBetween = Effect.fnUntraced(
  function*(options: {
    readonly after: Cursor
    readonly below: Cursor
    readonly types?: ReadonlyArray<string>
    readonly limit: number
  }) {
    const sql = yield* SqlClient.SqlClient
    const { after, below } = options
    const rows = yield* sql`
      SELECT transaction::text, position::text, id, tenant_id AS "tenantId", type, subject, payload, at, traceparent,
        recipient
      FROM outbox_event
      WHERE ${
      sql.and([
        sql`(transaction, position) > (${String(after.transaction)}::xid8, ${String(after.position)}::bigint)`,
        sql`transaction < ${String(below.transaction)}::xid8`,
        ...(options.types === undefined ? [] : [sql`type IN ${sql.in(options.types)}`])
      ])
    }
      ORDER BY outbox_event.transaction, outbox_event.position LIMIT ${options.limit}`
    return yield* decodeEvents(rows)
  }
)

/** The transaction of the oldest event that is still kept; of those before a reader's cursor it needs at least one. */
export const oldestTransaction = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const [row] = yield* sql<{ readonly transaction: string }>`
    SELECT transaction::text FROM outbox_event ORDER BY position LIMIT 1`
  return BigInt(row?.transaction ?? "0")
})
