import { Effect, Schema } from "effect"
import { SqlClient } from "effect/sql"
import type { Cursor } from "./Cursor.ts"

/** Within the tenant's scope: ids of its events that a consumer still has before it. */
export const findUnreadEvents = Effect.fnUntraced(function*() {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql<{ id: string }>`
    SELECT event.id::text AS id
    FROM event_consumer consumer
    JOIN outbox_event event
      ON (event.transaction, event.position) > (consumer.transaction, consumer.position)
      AND event.type = ANY (consumer.types)
    WHERE consumer.seen_at > now() - interval '7 days'
    UNION
    SELECT event.id::text
    FROM event_catch_up behind
    JOIN outbox_event event
      ON event.type = behind.type AND (event.transaction, event.position) > (behind.transaction, behind.position)
    WHERE behind.seen_at > now() - interval '7 days'`
  return new Set(rows.map(({ id }) => id))
})

const Name = Schema.Struct({ name: Schema.String, types: Schema.Array(Schema.String) })
/** A consumer and what it reads. */
export const ConsumerReading = Name
export type ConsumerReading = typeof Name.Type
const decodeNames = Schema.decodeUnknownEffect(Schema.Array(Name))

/** The consumers of this database. */
export const findReadings = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  return yield* decodeNames(
    yield* sql`SELECT name, types FROM event_consumer WHERE seen_at > now() - interval '7 days' ORDER BY name`
  )
})

/** Lets consumers that have not read anything here yet begin after a place: what is before it they have read elsewhere. */
export const beginReadings = Effect.fnUntraced(function*(readings: ReadonlyArray<ConsumerReading>, after: Cursor) {
  const sql = yield* SqlClient.SqlClient
  yield* Effect.forEach(
    readings,
    ({ name, types }) =>
      sql`
        INSERT INTO event_consumer (name, transaction, position, types)
        VALUES (${name}, ${String(after.transaction)}::xid8, ${String(after.position)}::bigint, ${types})
        ON CONFLICT (name) DO NOTHING`,
    { discard: true }
  )
})
