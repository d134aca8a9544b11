import { Effect } from "effect"
import { SqlClient } from "effect/sql"
import { type Cursor, start } from "./Cursor.ts"

/** How far a consumer has read. */
export const readCursor = Effect.fnUntraced(function*(consumer: string) {
  const sql = yield* SqlClient.SqlClient
  const [row] = yield* sql<{ readonly transaction: string; readonly position: string }>`
    SELECT transaction::text, position::text FROM event_consumer WHERE name = ${consumer}`
  return row === undefined ? start : { transaction: BigInt(row.transaction), position: BigInt(row.position) }
})

export const writeCursor = Effect.fnUntraced(function*(consumer: string, { position, transaction }: Cursor) {
  const sql = yield* SqlClient.SqlClient
  yield* sql`
    INSERT INTO event_consumer (name, transaction, position)
    VALUES (${consumer}, ${String(transaction)}::xid8, ${String(position)}::bigint)
    ON CONFLICT (name) DO UPDATE
      SET transaction = excluded.transaction, position = excluded.position, updated_at = now()`
})

/** Writes down that the consumer runs and what it reads. Of one that has not been seen for a week nothing is expected. */
export const announceConsumer = Effect.fnUntraced(function*(consumer: string, types: ReadonlyArray<string>) {
  const sql = yield* SqlClient.SqlClient
  yield* sql`
    INSERT INTO event_consumer (name, transaction, position, types)
    VALUES (${consumer}, ${String(start.transaction)}::xid8, ${String(start.position)}::bigint, ${types})
    ON CONFLICT (name) DO UPDATE SET types = excluded.types, seen_at = now()`
})

/** Consumers with events to handle, and the age of the oldest of these in seconds. */
export const consumerLags = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  return yield* sql<{ readonly name: string; readonly seconds: number }>`
    SELECT consumer.name, extract(epoch FROM clock_timestamp() - min(event.at))::float8 AS seconds
    FROM event_consumer consumer
    JOIN outbox_event event
      ON (event.transaction, event.position) > (consumer.transaction, consumer.position)
      AND event.type = ANY (consumer.types)
    WHERE consumer.seen_at > now() - interval '7 days'
    GROUP BY consumer.name
    ORDER BY consumer.name`
})
