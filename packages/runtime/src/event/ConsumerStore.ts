import { DateTime, Effect, Schema } from "effect"
import { SqlClient, type Statement } from "effect/sql"
import { leaveTypes } from "./CatchUpStore.ts"
import { ConsumerReplay, ConsumerState } from "./ConsumerState.ts"
import { type Cursor, start } from "./Cursor.ts"

/**
 * Moves a cursor from where its reader, who handles these types, found it. Where it stands elsewhere by now, because somebody
 * ordered a replay or the consumer has moved to another pod, it stays there.
 */
export const writeCursor = Effect.fnUntraced(
  function*({ from, name, to, types }: {
    readonly name: string
    readonly types: ReadonlyArray<string>
    readonly from: Cursor
    readonly to: Cursor
  }) {
    const sql = yield* SqlClient.SqlClient
    yield* sql`
      UPDATE event_consumer
      SET transaction = ${String(to.transaction)}::xid8, position = ${String(to.position)}::bigint, updated_at = now()
      WHERE name = ${name} AND types = ${types}::text[]
        AND transaction = ${String(from.transaction)}::xid8 AND position = ${String(from.position)}::bigint`
  }
)

/**
 * Writes down that the consumer runs and what it reads from now on. Of one that has not been seen for a week nothing is
 * expected. Types that it read until now and does not read here stay where it stands: a pod that reads them catches up.
 */
export const announceConsumer = Effect.fnUntraced(function*(consumer: string, types: ReadonlyArray<string>) {
  const sql = yield* SqlClient.SqlClient
  yield* sql.withTransaction(Effect.gen(function*() {
    yield* sql`
      INSERT INTO event_consumer (name, transaction, position, types)
      VALUES (${consumer}, ${String(start.transaction)}::xid8, ${String(start.position)}::bigint, ${types})
      ON CONFLICT (name) DO UPDATE SET seen_at = now()`
    yield* leaveTypes(consumer, types)
    yield* sql`UPDATE event_consumer SET types = ${types} WHERE name = ${consumer} AND types <> ${types}::text[]`
  }))
})

const decodeStates = Schema.decodeUnknownEffect(Schema.Array(Schema.Struct({
  ...ConsumerState.fields,
  lastSeenAt: Schema.DateTimeUtcFromDate
})))

const statesOf = Effect.fnUntraced(function*(which: (sql: SqlClient.SqlClient) => Statement.Fragment) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`
    SELECT consumer.name, types, waiting.events AS waiting, waiting.seconds AS "lagSeconds",
      (SELECT count(*)::int FROM dead_letter letter
        WHERE letter.consumer = consumer.name AND letter.state IN ('dead', 'replaying')) AS "deadLetters",
      coalesce(singleton.beat_at, seen_at) AS "lastSeenAt", singleton.runner
    FROM event_consumer consumer
    LEFT JOIN singleton_state singleton ON singleton.name = 'consumer/' || consumer.name
    CROSS JOIN LATERAL (
      SELECT least(count(*), 10000)::int AS events,
        coalesce(greatest(0, extract(epoch FROM clock_timestamp() - min(at))), 0)::float8 AS seconds
      FROM (
        (SELECT at FROM outbox_event event
        WHERE (event.transaction, event.position) > (consumer.transaction, consumer.position)
          AND event.type = ANY (consumer.types)
        ORDER BY event.transaction, event.position LIMIT 10000)
        UNION ALL
        (SELECT at FROM event_catch_up behind JOIN outbox_event event
          ON event.type = behind.type AND (event.transaction, event.position) > (behind.transaction, behind.position)
          AND (event.transaction, event.position) <= (consumer.transaction, consumer.position)
        WHERE behind.consumer = consumer.name AND behind.type = ANY (consumer.types)
        ORDER BY event.transaction, event.position LIMIT 10000)
      ) unread
    ) waiting
    WHERE ${which(sql)}
    ORDER BY consumer.name`
  return (yield* decodeStates(rows)).map((row) => new ConsumerState(row))
})

/** Every consumer that was seen in the last month. */
export const findConsumers = statesOf((sql) => sql`true`)

/** The consumers that something is expected of. */
export const findPresentConsumers = statesOf((sql) => sql`consumer.seen_at > now() - interval '7 days'`)

const decodeReplay = Schema.decodeUnknownEffect(Schema.Struct({
  from: Schema.NullOr(Schema.DateTimeUtcFromDate),
  events: Schema.Int,
  transaction: Schema.NullOr(Schema.String),
  position: Schema.NullOr(Schema.String)
}))

/** Moves a consumer's cursor back to before its first event since `from`; null when there is no such consumer. */
export const rewindConsumer = Effect.fnUntraced(function*(consumer: string, from: DateTime.Utc) {
  const sql = yield* SqlClient.SqlClient
  const [known] = yield* sql<{ readonly types: ReadonlyArray<string> }>`
    SELECT types FROM event_consumer WHERE name = ${consumer} FOR UPDATE`
  if (known === undefined) return null
  const [row] = yield* sql`
    WITH first AS (
      SELECT transaction, position FROM outbox_event
      WHERE type = ANY (${known.types}) AND at >= ${DateTime.formatIso(from)}::timestamptz
      ORDER BY outbox_event.transaction, outbox_event.position LIMIT 1
    )
    SELECT min(event.at) AS from, count(event.at)::int AS events, (SELECT transaction::text FROM first),
      (SELECT position::text FROM first)
    FROM first
    LEFT JOIN outbox_event event
      ON (event.transaction, event.position) >= (first.transaction, first.position) AND event.type = ANY (${known.types})`
  const { events, from: oldest, position, transaction } = yield* decodeReplay(row)
  if (transaction !== null && position !== null) {
    yield* sql`
      UPDATE event_consumer SET transaction = ${transaction}::xid8, position = ${position}::bigint - 1, updated_at = now()
      WHERE name = ${consumer}
        AND (transaction, position) > (${transaction}::xid8, ${position}::bigint - 1)`
  }
  return { types: known.types, replay: new ConsumerReplay({ from: oldest, events }) }
})

/** Marks an event of the current tenant as handled; gives whether it was not yet. A mark of another transaction is waited for. */
export const markHandled = Effect.fnUntraced(function*(consumer: string, eventId: string) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`
    INSERT INTO handled_event (consumer, event_id) VALUES (${consumer}, ${eventId}::uuid)
    ON CONFLICT DO NOTHING RETURNING event_id`
  return rows.length > 0
})
