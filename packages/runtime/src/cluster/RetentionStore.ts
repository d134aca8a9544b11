import { DateTime, Effect } from "effect"
import { MachineId, Snowflake } from "effect/cluster"
import { SqlClient } from "effect/sql"
import { type Cursor, start } from "../event/Cursor.ts"
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
 * Deletes events from before `before`, but for those that a consumer has still to handle. A consumer that was not seen
 * since `before` holds nothing back.
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
    readonly old: number
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
      )
      RETURNING event.position
    )
    SELECT (SELECT count(*) FROM gone)::int AS deleted, count(*) FILTER (WHERE old)::int AS old,
      max(transaction)::text AS transaction, (array_agg(position ORDER BY transaction DESC, position DESC))[1]::text AS position
    FROM page`
  const { deleted, old, position, transaction } = row!
  const page: Page<Cursor> = {
    deleted,
    next: old < limit ? undefined : { transaction: BigInt(transaction), position: BigInt(position) }
  }
  return page
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
