import { Effect } from "effect"
import { SqlClient } from "effect/sql"
import type { Cursor } from "./Cursor.ts"
import { decodeEvents, eventColumns } from "./OutboxStore.ts"

/** A consumer, and the types of events that it handles on this pod. */
export interface Reading {
  readonly name: string
  readonly types: ReadonlyArray<string>
}

/**
 * Writes down that a pod which begins now has a consumer of these types. Of those that the running consumer does not read it
 * will be given what happened after `place`, or after where it was told so before: whoever runs it meanwhile passes them over.
 */
export const announceTypes = Effect.fnUntraced(function*({ name, types }: Reading, place: Cursor) {
  const sql = yield* SqlClient.SqlClient
  // A place that is later than now is of before a restoration, after which transactions are counted anew.
  yield* sql`
    INSERT INTO event_catch_up AS known (consumer, type, transaction, position)
    SELECT DISTINCT running.name, type, ${String(place.transaction)}::xid8, ${String(place.position)}::bigint
    FROM (SELECT name, types FROM event_consumer WHERE name = ${name} FOR SHARE) running
    CROSS JOIN unnest(${types}::text[]) type
    WHERE type <> ALL (running.types)
    ON CONFLICT (consumer, type) DO UPDATE SET
      transaction = least(known.transaction, excluded.transaction),
      position = CASE WHEN known.transaction > excluded.transaction THEN excluded.position ELSE known.position END,
      seen_at = now()`
})

/** Lets the types that a consumer read so far and reads no more stand where it stands; its row is locked. */
export const leaveTypes = Effect.fnUntraced(function*(name: string, types: ReadonlyArray<string>) {
  const sql = yield* SqlClient.SqlClient
  yield* sql`
    INSERT INTO event_catch_up (consumer, type, transaction, position)
    SELECT DISTINCT name, type, transaction, position FROM event_consumer CROSS JOIN unnest(types) type
    WHERE name = ${name} AND type <> ALL (${types}::text[])
    ON CONFLICT DO NOTHING`
  yield* sql`UPDATE event_catch_up SET seen_at = now() WHERE consumer = ${name} AND type = ANY (${types}::text[])`
})

/** The first events, in order, that a consumer has passed over and is to handle. */
export const missedEvents = Effect.fnUntraced(function*({ name, types }: Reading, limit: number) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`
    SELECT ${eventColumns(sql)}
    FROM event_catch_up behind JOIN event_consumer running ON running.name = behind.consumer
    CROSS JOIN LATERAL (
      SELECT * FROM outbox_event
      WHERE type = behind.type AND (transaction, position) > (behind.transaction, behind.position)
        AND (transaction, position) <= (running.transaction, running.position)
      ORDER BY transaction, position LIMIT ${limit}
    ) event
    WHERE behind.consumer = ${name} AND behind.type = ANY (${types}::text[])
    ORDER BY event.transaction, event.position LIMIT ${limit}`
  return yield* decodeEvents(rows)
})

/** Writes down that a consumer has handled what it passed over, up to a place. */
export const writeCatchUp = Effect.fnUntraced(function*({ name, types }: Reading, to: Cursor) {
  const sql = yield* SqlClient.SqlClient
  const place = sql`(${String(to.transaction)}::xid8, ${String(to.position)}::bigint)`
  yield* sql`
    UPDATE event_catch_up SET (transaction, position) = ${place}
    WHERE consumer = ${name} AND type = ANY (${types}::text[]) AND (transaction, position) < ${place}`
})

/** Writes down that a consumer has handled all that it passed over, unless another pod with other types runs it by now. */
export const endCatchUp = Effect.fnUntraced(function*({ name, types }: Reading) {
  const sql = yield* SqlClient.SqlClient
  yield* sql`
    DELETE FROM event_catch_up behind
    USING (SELECT name FROM event_consumer WHERE name = ${name} AND types = ${types}::text[] FOR SHARE) running
    WHERE behind.consumer = running.name AND behind.type = ANY (${types}::text[])`
})
