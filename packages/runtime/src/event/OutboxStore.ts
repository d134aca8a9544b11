import { Effect, Schema } from "effect"
import { SecureRandom } from "effect/crypto"
import { SqlClient, type Statement } from "effect/sql"
import { currentTraceparent } from "../observability/TraceContext.ts"
import type { Cursor } from "./Cursor.ts"
import { DomainEvent, type NewEvent } from "./DomainEvent.ts"

/** Channel on which a commit with events tells their types, separated by commas. */
export const channel = "innkeeper_outbox"

/** Parts of a `WITH`, in order. */
const parts = (sql: SqlClient.SqlClient, writes: ReadonlyArray<Statement.Fragment>) =>
  sql.csv(writes.map((write, index) => sql`${sql.literal(`write_${index}`)} AS (${write})`))

/** Writes events of the current tenant, by one statement with other writes; readers hear of them when the transaction commits. */
export const insertEvents = Effect.fnUntraced(function*(
  events: ReadonlyArray<NewEvent>,
  writes: ReadonlyArray<Statement.Fragment>
) {
  const sql = yield* SqlClient.SqlClient
  if (events.length === 0) {
    if (writes.length > 0) yield* sql`WITH ${parts(sql, writes)} SELECT`
    return
  }
  const traceparent = yield* currentTraceparent
  const rows = events.map((event) => ({ id: SecureRandom.uuidV7Unsafe(), traceparent, ...event }))
  const types = [...new Set(events.map(({ type }) => type))].join(",")
  const written = sql`
    INSERT INTO outbox_event (id, type, subject, payload, traceparent, recipient)
    SELECT id, type, subject, coalesce(payload, 'null'::jsonb), traceparent, recipient
    FROM ROWS FROM (jsonb_to_recordset(${
    JSON.stringify(rows)
  }::jsonb) AS (id uuid, type text, subject text, payload jsonb, traceparent text, recipient uuid))
      WITH ORDINALITY AS row (id, type, subject, payload, traceparent, recipient, ordinality)
    ORDER BY ordinality`
  yield* sql`WITH ${parts(sql, [...writes, written])} SELECT pg_notify(${channel}, ${types})`
})

/** Wakes the readers of these types, when the surrounding transaction commits. */
export const tellReaders = Effect.fnUntraced(function*(types: ReadonlyArray<string>) {
  const sql = yield* SqlClient.SqlClient
  yield* sql`SELECT pg_notify(${channel}, ${types.join(",")})`
})

/** Events as rows of the outbox tell them. */
export const decodeEvents = Schema.decodeUnknownEffect(Schema.Array(DomainEvent))

/** What `decodeEvents` reads of a row of the outbox that is called `event`. */
export const eventColumns = (sql: SqlClient.SqlClient) =>
  sql`event.transaction::text, event.position::text, event.id, event.tenant_id AS "tenantId", event.type, event.subject,
    event.payload, event.at, event.traceparent, event.recipient`

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
      SELECT ${eventColumns(sql)} FROM outbox_event event
      WHERE ${
      sql.and([
        sql`(transaction, position) > (${String(after.transaction)}::xid8, ${String(after.position)}::bigint)`,
        sql`transaction < ${String(below.transaction)}::xid8`,
        ...(options.types === undefined ? [] : [sql`type IN ${sql.in(options.types)}`])
      ])
    }
      ORDER BY event.transaction, event.position LIMIT ${options.limit}`
    return yield* decodeEvents(rows)
  }
)

const decodeNext = Schema.decodeUnknownEffect(Schema.Array(Schema.Struct({
  afterTransaction: Schema.BigIntFromString,
  afterPosition: Schema.BigIntFromString,
  below: Schema.BigIntFromString,
  held: Schema.Boolean,
  replaying: Schema.Boolean,
  behind: Schema.Boolean,
  event: Schema.NullOr(Schema.String)
})))

/** What a consumer finds when it looks for events. */
export interface Next {
  /** How far it has read. */
  readonly after: Cursor
  /** Where reading has to stop at present. */
  readonly below: Cursor
  /** Whether that is before the end, by a transaction that still runs. */
  readonly held: boolean
  /** The first events after that, in order. */
  readonly events: ReadonlyArray<DomainEvent>
  /** Whether events of its types that were put aside are to be handled once more. */
  readonly replaying: boolean
  /** Whether a pod with other types ran it last, or it has types that it has not read as far as the others. */
  readonly behind: boolean
}

/** What is next for a consumer, by one statement, whose snapshot is that of the horizon as well. */
export const nextEvents = Effect.fnUntraced(
  function*(options: { readonly consumer: string; readonly types: ReadonlyArray<string>; readonly limit: number }) {
    const sql = yield* SqlClient.SqlClient
    const { consumer, limit, types } = options
    const rows = yield* sql`
      SELECT after.transaction::text AS "afterTransaction", after.position::text AS "afterPosition",
        after.below::text AS below, after.held, after.replaying, after.behind, event.id::text AS event, ${
      eventColumns(sql)
    }
      FROM (
        SELECT coalesce(known.transaction, '0'::xid8) AS transaction, coalesce(known.position, 0) AS position,
          pg_snapshot_xmin(pg_current_snapshot()) AS below,
          pg_snapshot_xmin(pg_current_snapshot()) < pg_snapshot_xmax(pg_current_snapshot()) AS held,
          EXISTS (
            SELECT FROM dead_letter
            WHERE consumer = ${consumer} AND state = 'replaying' AND event->>'type' = ANY (${types}::text[])
          ) AS replaying,
          known.types IS DISTINCT FROM ${types}::text[]
            OR EXISTS (SELECT FROM event_catch_up WHERE consumer = ${consumer} AND ${sql.in("type", types)}) AS behind
        FROM (VALUES (${consumer})) AS asking (name) LEFT JOIN event_consumer known ON known.name = asking.name
      ) after
      LEFT JOIN LATERAL (
        SELECT * FROM outbox_event
        WHERE (transaction, position) > (after.transaction, after.position) AND transaction < after.below
          AND ${sql.in("type", types)}
        ORDER BY transaction, position LIMIT ${limit}
      ) event ON true
      ORDER BY event.transaction, event.position`
    const [first] = yield* decodeNext(rows.slice(0, 1))
    const next: Next = {
      after: { transaction: first?.afterTransaction ?? 0n, position: first?.afterPosition ?? 0n },
      below: { transaction: first?.below ?? 0n, position: 0n },
      held: first?.held ?? false,
      events: first === undefined || first.event === null ? [] : yield* decodeEvents(rows),
      replaying: first?.replaying ?? false,
      behind: first?.behind ?? false
    }
    return next
  }
)

/** A snapshot (`pg_snapshot`) to which nothing is visible. */
export const nothingSeen = "1:1:"

const decodeBeyond = Schema.decodeUnknownEffect(Schema.Array(Schema.Struct({
  snapshot: Schema.String,
  event: Schema.NullOr(Schema.String)
})))

/** The first committed events after a cursor that were not visible to a snapshot, and the snapshot of now. */
export const eventsBeyond = Effect.fnUntraced(function*(options: {
  readonly after: Cursor
  readonly seen: string
  readonly types: ReadonlyArray<string>
  readonly limit: number
}) {
  const sql = yield* SqlClient.SqlClient
  const { after, limit, seen, types } = options
  const rows = yield* sql`
    SELECT pg_current_snapshot()::text AS snapshot, event.id::text AS event, ${eventColumns(sql)}
    FROM (VALUES (1)) AS once LEFT JOIN LATERAL (
      SELECT * FROM outbox_event
      WHERE (transaction, position) > (${String(after.transaction)}::xid8, ${String(after.position)}::bigint)
        AND ${sql.in("type", types)} AND NOT pg_visible_in_snapshot(transaction, ${seen}::pg_snapshot)
      ORDER BY transaction, position LIMIT ${limit}
    ) event ON true
    ORDER BY event.transaction, event.position`
  const [first] = yield* decodeBeyond(rows.slice(0, 1))
  return {
    snapshot: first?.snapshot ?? seen,
    events: first === undefined || first.event === null ? [] : yield* decodeEvents(rows)
  }
})

/**
 * Whether all events of the tenant after a cursor are still kept: the oldest are deleted first, so they are where one is kept
 * that is not after it, unless a consumer stands still that has only some of the types to handle.
 */
export const isKeptAfter = Effect.fnUntraced(function*({ transaction }: Cursor) {
  const sql = yield* SqlClient.SqlClient
  const [oldest] = yield* sql<{ readonly transaction: string }>`
    SELECT transaction::text FROM outbox_event ORDER BY position LIMIT 1`
  return oldest !== undefined && BigInt(oldest.transaction) <= transaction
})
