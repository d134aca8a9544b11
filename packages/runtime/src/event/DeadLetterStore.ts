import type { TenantId } from "@innkeeper/config"
import { containing } from "@innkeeper/database"
import { DateTime, Effect, Schema } from "effect"
import { SecureRandom } from "effect/crypto"
import { SqlClient } from "effect/sql"
import { storable } from "../storable.ts"
import { DeadLetter, type DeadLetterId, type DeadLetterState } from "./DeadLetter.ts"
import { DomainEvent } from "./DomainEvent.ts"

/** Which dead letters are meant; of all that can be said, what is left out does not matter. */
export interface DeadLetterKind {
  readonly consumer?: string | undefined
  readonly type?: string | undefined
  readonly tenantId?: TenantId | undefined
  /** Anywhere in the error, the subject or the payload, in any case. */
  readonly text?: string | undefined
}

/** What a search of dead letters is limited to; `before` is the id of the last letter of the previous page. */
export interface DeadLetterFilter extends DeadLetterKind {
  readonly states?: ReadonlyArray<DeadLetterState> | undefined
  readonly before?: DeadLetterId | undefined
  readonly limit: number
}

const ofKind = (sql: SqlClient.SqlClient, { consumer, tenantId, text = "", type }: DeadLetterKind) => {
  const words = text.trim()
  const pattern = containing(words)
  return [
    sql`true`,
    ...(consumer === undefined ? [] : [sql`consumer = ${consumer}`]),
    ...(type === undefined ? [] : [sql`event->>'type' = ${type}`]),
    ...(tenantId === undefined ? [] : [sql`tenant_id = ${tenantId}::uuid`]),
    ...(words === "" ? [] : [sql`(error ILIKE ${pattern} OR event::text ILIKE ${pattern})`])
  ]
}

const Row = Schema.Struct({
  ...DeadLetter.fields,
  happenedAt: Schema.DateTimeUtcFromDate,
  at: Schema.DateTimeUtcFromDate,
  settledAt: Schema.NullOr(Schema.DateTimeUtcFromDate)
})
const decodeRows = Schema.decodeUnknownEffect(Schema.Array(Row))
const decodeEvents = Schema.decodeUnknownEffect(Schema.Array(DomainEvent))

/** Letters that match, of all tenants, those put aside last first. */
export const findLetters = Effect.fnUntraced(function*(filter: DeadLetterFilter & { readonly id?: DeadLetterId }) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`
    SELECT id, consumer, tenant_id AS "tenantId", event_id AS "eventId", event->>'type' AS type,
      event->>'subject' AS subject, event->'payload' AS payload, happened_at AS "happenedAt", error, failures, at, state,
      settled_at AS "settledAt"
    FROM dead_letter
    WHERE ${
    sql.and([
      ...ofKind(sql, filter),
      ...(filter.id === undefined ? [] : [sql`id = ${filter.id}::uuid`]),
      ...(filter.states === undefined || filter.states.length === 0 ? [] : [sql`state IN ${sql.in(filter.states)}`]),
      ...(filter.before === undefined
        ? []
        : [sql`(at, id) < (SELECT at, id FROM dead_letter WHERE id = ${filter.before}::uuid)`])
    ])
  }
    ORDER BY dead_letter.at DESC, dead_letter.id DESC LIMIT ${filter.limit}`
  return (yield* decodeRows(rows)).map((row) => new DeadLetter(row))
})

/**
 * Moves a letter that nobody has dealt with to another state; gives whether there was one. One that is being replayed can be
 * discarded, too: its consumer may be gone for good.
 */
export const moveLetter = Effect.fnUntraced(function*(id: DeadLetterId, to: "replaying" | "discarded") {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`
    UPDATE dead_letter SET state = ${to}, settled_at = CASE WHEN ${to} = 'discarded' THEN now() END
    WHERE id = ${id}::uuid AND (state = 'dead' OR (state = 'replaying' AND ${to} = 'discarded')) RETURNING id`
  return rows.length > 0
})

/** The present moment as the database writes it, to the microsecond. */
export const presentMoment = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const [row] = yield* sql<{ readonly now: string }>`SELECT now()::text AS now`
  return yield* Effect.orDie(Effect.fromNullishOr(row?.now))
})

/** Moves the dead letters of a kind that were put aside by `until`, at most `limit`; gives the types of their events. */
export const moveLetters = Effect.fnUntraced(function*(
  kind: DeadLetterKind,
  { limit, to, until }: {
    readonly to: "replaying" | "discarded"
    readonly until: string
    readonly limit: number
  }
) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql<{ readonly type: string }>`
    UPDATE dead_letter SET state = ${to}, settled_at = CASE WHEN ${to} = 'discarded' THEN now() END
    WHERE (tenant_id, id) IN (
      SELECT tenant_id, id FROM dead_letter
      WHERE ${sql.and([...ofKind(sql, kind), sql`state = 'dead'`, sql`at <= ${until}::timestamptz`])}
      ORDER BY at, id LIMIT ${limit} FOR UPDATE
    )
    RETURNING event->>'type' AS type`
  return rows.map(({ type }) => type)
})

/** Events of these types that a consumer is to get once more, in their order. */
export const eventsToReplay = Effect.fnUntraced(function*(
  consumer: string,
  types: ReadonlyArray<string>,
  limit: number
) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`
    SELECT transaction::text, position::text, event_id AS id, tenant_id AS "tenantId", event->>'type' AS type,
      event->>'subject' AS subject, event->'payload' AS payload, happened_at AS at,
      event->>'traceparent' AS traceparent, event->>'recipient' AS recipient
    FROM dead_letter
    WHERE consumer = ${consumer} AND state = 'replaying' AND event->>'type' = ANY (${types}::text[])
    ORDER BY dead_letter.transaction, dead_letter.position, dead_letter.at LIMIT ${limit}`
  return yield* decodeEvents(rows)
})

/** Writes down that a consumer has handled an event that was put aside before. */
export const settleReplay = Effect.fnUntraced(function*(consumer: string, event: DomainEvent) {
  const sql = yield* SqlClient.SqlClient
  yield* sql`
    UPDATE dead_letter SET state = 'replayed', settled_at = now()
    WHERE tenant_id = ${event.tenantId}::uuid AND consumer = ${consumer} AND event_id = ${event.id}::uuid
      AND state = 'replaying'`
})

/**
 * Puts aside an event that its consumer could not handle. One that was put aside before is dead again, with the newer
 * error: it may come a second time by a replay, or because a process ended before it wrote down how far it had read.
 */
export const buryEvent = Effect.fnUntraced(function*(consumer: string, event: DomainEvent, error: string) {
  const sql = yield* SqlClient.SqlClient
  const { payload, recipient, subject, traceparent, type } = event
  const body = JSON.stringify({ type, subject, payload, traceparent, recipient })
  yield* sql`
    INSERT INTO dead_letter (id, tenant_id, consumer, event_id, event, error, happened_at, transaction, position)
    VALUES (${SecureRandom.uuidV7Unsafe()}::uuid, ${event.tenantId}, ${consumer}, ${event.id}, ${body}::jsonb,
      ${storable(error)}, ${DateTime.formatIso(event.at)}::timestamptz, ${String(event.transaction)}::xid8,
      ${String(event.position)}::bigint)
    ON CONFLICT (tenant_id, consumer, event_id) DO UPDATE
      SET state = 'dead', error = excluded.error, at = now(), settled_at = NULL, failures = dead_letter.failures + 1`
})

/** How many unresolved letters each consumer has, those that have none among them. */
export const unresolvedLetters = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  return yield* sql<{ readonly consumer: string; readonly count: number }>`
    WITH unresolved AS (
      SELECT consumer, count(*)::int AS count FROM dead_letter WHERE state IN ('dead', 'replaying') GROUP BY consumer
    )
    SELECT coalesce(unresolved.consumer, known.name) AS consumer, coalesce(count, 0) AS count
    FROM event_consumer known FULL JOIN unresolved ON unresolved.consumer = known.name
    ORDER BY 1`
})

/** Deletes letters that were replayed or discarded before `before`; gives how many. */
export const deleteSettledLetters = Effect.fnUntraced(function*(before: DateTime.Utc) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`
    DELETE FROM dead_letter WHERE settled_at < ${DateTime.formatIso(before)}::timestamptz RETURNING id`
  return rows.length
})
