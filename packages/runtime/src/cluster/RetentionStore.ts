import { DateTime, Effect } from "effect"
import { MachineId, Snowflake } from "effect/cluster"
import { SqlClient } from "effect/sql"
import { type Cursor, start } from "../event/Cursor.ts"
import { heldMark } from "../workflow/HeldMessageStore.ts"
import { suspendedReply } from "../workflow/RunRow.ts"

/** What one statement looked at: how many rows it deleted, and where the next one goes on. */
export interface Page<Place> {
  readonly deleted: number
  readonly next: Place | undefined
}

/**
 * Deletes the cluster's messages that were finished before `before`, with their replies. A message that is sent again with
 * the primary key of a deleted one is handled again.
 *
 * All messages of a run of a workflow stay while one of them is unfinished. A run that sleeps or waits is unfinished, too:
 * its message counts as processed, but its reply says `Suspended`, and it needs the replies of its finished activities.
 * Message and reply ids are snowflakes, which begin with their time.
 */
export const deleteFinishedMessages = Effect.fnUntraced(function*(options: {
  readonly before: DateTime.Utc
  readonly after?: string | undefined
  readonly limit: number
}) {
  const sql = yield* SqlClient.SqlClient
  const { after = "0", before, limit } = options
  const timestamp = DateTime.toEpochMillis(before)
  const cutoff = String(Snowflake.make({ machineId: MachineId.make(0), sequence: 0, timestamp }))
  const [row] = yield* sql<{ readonly deleted: number; readonly looked: number; readonly last: string }>`
    WITH page AS (
      SELECT id, processed, entity_type, entity_id, coalesce(last_reply_id, id) AS ended
      FROM cluster_messages
      WHERE id > ${after}::bigint AND id < ${cutoff}::bigint
      ORDER BY id LIMIT ${limit}
    ), unfinished AS MATERIALIZED (
      SELECT entity_type, entity_id FROM cluster_messages WHERE NOT processed AND entity_type LIKE 'Workflow/%'
      UNION
      SELECT entity_type, entity_id FROM cluster_replies reply
      JOIN cluster_messages message ON message.id = reply.request_id AND message.last_reply_id = reply.id
      WHERE ${sql.literal(suspendedReply("reply."))} AND entity_type LIKE 'Workflow/%'
    ), gone AS (
      DELETE FROM cluster_messages message USING page
      WHERE message.id = page.id AND page.processed AND page.ended < ${cutoff}::bigint AND NOT EXISTS (
        SELECT FROM unfinished WHERE (unfinished.entity_type, unfinished.entity_id) = (page.entity_type, page.entity_id)
      )
      RETURNING message.id
    ), replies AS (
      DELETE FROM cluster_replies WHERE request_id IN (SELECT id FROM gone)
    )
    SELECT (SELECT count(*) FROM gone)::int AS deleted, count(*)::int AS looked, max(id)::text AS last FROM page`
  const { deleted, last, looked } = row!
  const page: Page<string> = { deleted, next: looked < limit ? undefined : last }
  return page
})

/**
 * Deletes messages that were held since before `before` because no pod knew them; gives how many. Those of runs stay: they are
 * listed, and can be cancelled.
 */
export const deleteHeldMessages = Effect.fnUntraced(function*(before: DateTime.Utc) {
  const sql = yield* SqlClient.SqlClient
  const timestamp = DateTime.toEpochMillis(before)
  const cutoff = String(Snowflake.make({ machineId: MachineId.make(0), sequence: 0, timestamp }))
  const rows = yield* sql`
    DELETE FROM cluster_messages
    WHERE last_read = ${heldMark}::timestamp AND NOT processed AND entity_type NOT LIKE 'Workflow/%'
      AND id < ${cutoff}::bigint AND coalesce(deliver_at, 0) < ${timestamp}
    RETURNING id`
  return rows.length
})

/**
 * Deletes events from before `before`, but for those that a consumer has still to handle. A consumer that was not seen
 * since `before` holds nothing back, nor does a type that no pod has had since. Events stand by their transactions, so old ones
 * come first; those of tenants that moved here stand before all of them, whatever their age, by numbers below 3, which no
 * transaction has (PostgreSQL 18, transam.h).
 */
export const deleteHandledEvents = Effect.fnUntraced(function*(options: {
  readonly before: DateTime.Utc
  readonly after?: Cursor | undefined
  readonly limit: number
}) {
  const sql = yield* SqlClient.SqlClient
  const { after = start, limit } = options
  const before = DateTime.formatIso(options.before)
  const [row] = yield* sql<{
    readonly deleted: number
    readonly looked: number
    readonly ends: boolean | null
    readonly transaction: string
    readonly position: string
  }>`
    WITH page AS (
      SELECT tenant_id, transaction, position, type, at < ${before}::timestamptz AS old
      FROM outbox_event
      WHERE (transaction, position) > (${String(after.transaction)}::xid8, ${String(after.position)}::bigint)
      ORDER BY transaction, position LIMIT ${limit}
    ), gone AS (
      DELETE FROM outbox_event event USING page
      WHERE event.tenant_id = page.tenant_id AND event.position = page.position AND page.old AND NOT EXISTS (
        SELECT FROM event_consumer consumer
        WHERE page.type = ANY (consumer.types) AND consumer.seen_at > ${before}::timestamptz
          AND (page.transaction, page.position) > (consumer.transaction, consumer.position)
      ) AND NOT EXISTS (
        SELECT FROM event_catch_up behind
        WHERE page.type = behind.type AND behind.seen_at > ${before}::timestamptz
          AND (page.transaction, page.position) > (behind.transaction, behind.position)
      )
      RETURNING event.position
    )
    SELECT (SELECT count(*) FROM gone)::int AS deleted, count(*)::int AS looked,
      (array_agg(NOT old AND transaction >= '3'::xid8 ORDER BY transaction DESC, position DESC))[1] AS ends,
      max(transaction)::text AS transaction, (array_agg(position ORDER BY transaction DESC, position DESC))[1]::text AS position
    FROM page`
  const { deleted, ends, looked, position, transaction } = row!
  const page: Page<Cursor> = {
    deleted,
    next: looked < limit || ends !== false
      ? undefined
      : { transaction: BigInt(transaction), position: BigInt(position) }
  }
  return page
})

/**
 * Forgets consumers that nobody has run since `longBefore`, and types that were left or announced before `before` and that no
 * pod has had since; gives how many consumers. Their dead letters stay.
 */
export const deleteLostConsumers = Effect.fnUntraced(function*(before: DateTime.Utc, longBefore: DateTime.Utc) {
  const sql = yield* SqlClient.SqlClient
  yield* sql`DELETE FROM event_catch_up WHERE seen_at < ${DateTime.formatIso(before)}::timestamptz`
  const rows = yield* sql`
    DELETE FROM event_consumer WHERE seen_at < ${DateTime.formatIso(longBefore)}::timestamptz RETURNING name`
  return rows.length
})

/** Deletes jobs that ended before `before`, or are dead since before `deadBefore`. */
export const deleteEndedJobs = Effect.fnUntraced(function*(options: {
  readonly before: DateTime.Utc
  readonly deadBefore: DateTime.Utc
  readonly limit: number
}) {
  const sql = yield* SqlClient.SqlClient
  const { limit } = options
  const [before, deadBefore] = [DateTime.formatIso(options.before), DateTime.formatIso(options.deadBefore)]
  const [row] = yield* sql<{ readonly deleted: number }>`
    WITH gone AS (
      DELETE FROM job USING (
        SELECT tenant_id, id FROM job
        WHERE state IN ('succeeded', 'cancelled', 'dead') AND finished_at < ${before}::timestamptz
          AND (state <> 'dead' OR finished_at < ${deadBefore}::timestamptz)
        ORDER BY finished_at LIMIT ${limit}
      ) ended
      WHERE job.tenant_id = ended.tenant_id AND job.id = ended.id
      RETURNING job.id
    )
    SELECT count(*)::int AS deleted FROM gone`
  const page: Page<true> = { deleted: row!.deleted, next: row!.deleted < limit ? undefined : true }
  return page
})

/** Deletes marks of handled events from before `before`. */
export const deleteHandledMarks = Effect.fnUntraced(function*(options: {
  readonly before: DateTime.Utc
  readonly limit: number
}) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`
    DELETE FROM handled_event mark USING (
      SELECT tenant_id, consumer, event_id FROM handled_event
      WHERE at < ${DateTime.formatIso(options.before)}::timestamptz LIMIT ${options.limit}
    ) old
    WHERE (mark.tenant_id, mark.consumer, mark.event_id) = (old.tenant_id, old.consumer, old.event_id)
    RETURNING mark.event_id`
  const page: Page<true> = { deleted: rows.length, next: rows.length < options.limit ? undefined : true }
  return page
})
