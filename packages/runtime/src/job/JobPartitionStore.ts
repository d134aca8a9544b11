import { Effect } from "effect"
import { SqlClient } from "effect/sql"
import type { JobMessage } from "./jobMessage.ts"
import type { JobId } from "./JobRecord.ts"

export interface PartitionPlace {
  readonly queue: string
  readonly partition: number
}

/** A partition in the hands of one owner; whatever it writes, it writes with this epoch. */
export interface OwnedPartition extends PartitionPlace {
  readonly epoch: number
}

/** Which of these partitions have something to do now. */
export const partitionsWithWork = Effect.fnUntraced(function*(places: ReadonlyArray<PartitionPlace>) {
  const sql = yield* SqlClient.SqlClient
  const given = JSON.stringify(places.map(({ partition, queue }) => ({ partition, queue })))
  return yield* sql<PartitionPlace & { readonly message: JobMessage }>`
    WITH place AS (
      SELECT queue, partition FROM jsonb_to_recordset(${given}::jsonb) AS (queue text, partition smallint)
    )
    SELECT queue, partition, 'wake' AS message FROM place
    WHERE EXISTS (SELECT FROM job WHERE (job.queue, job.partition) = (place.queue, place.partition) AND state = 'ready')
      OR EXISTS (SELECT FROM job WHERE (job.queue, job.partition) = (place.queue, place.partition)
        AND state = 'scheduled' AND due_at <= clock_timestamp())
    UNION ALL
    SELECT queue, partition, 'cancel' FROM place
    WHERE EXISTS (SELECT FROM job WHERE (job.queue, job.partition) = (place.queue, place.partition)
      AND state = 'running' AND cancel_requested)`
})

/** Writes down how many partitions a queue has, for those who enqueue. */
export const announceQueue = Effect.fnUntraced(function*(queue: string, partitions: number) {
  const sql = yield* SqlClient.SqlClient
  yield* sql`
    INSERT INTO job_queue (name, partitions) VALUES (${queue}, ${partitions})
    ON CONFLICT (name) DO UPDATE SET partitions = excluded.partitions, updated_at = now()`
})

/** Makes the caller the owner. It waits for what the owner before is just writing; all that comes later is refused. */
export const takeOver = Effect.fnUntraced(function*({ partition, queue }: PartitionPlace) {
  const sql = yield* SqlClient.SqlClient
  const [row] = yield* sql<{ readonly epoch: string }>`
    INSERT INTO job_partition (queue, partition, epoch) VALUES (${queue}, ${partition}, 1)
    ON CONFLICT (queue, partition) DO UPDATE SET epoch = job_partition.epoch + 1, seen_at = now()
    RETURNING epoch::text`
  const owned: OwnedPartition = { queue, partition, epoch: Number(row!.epoch) }
  return owned
})

/**
 * Holds the partition for this transaction; false if a newer owner took it. `alone`: after what else this owner has under way,
 * also where PostgreSQL goes on with it although the answer is lost.
 */
export const holdPartition = Effect.fnUntraced(function*(
  { epoch, partition, queue }: OwnedPartition,
  { alone }: { readonly alone: boolean }
) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`
    SELECT 1 FROM job_partition WHERE queue = ${queue} AND partition = ${partition} AND epoch = ${epoch}
    ${sql.literal(alone ? "FOR NO KEY UPDATE" : "FOR SHARE")}`
  return rows.length > 0
})

/** Says that the owner is there. */
export const seePartition = Effect.fnUntraced(function*({ epoch, partition, queue }: OwnedPartition) {
  const sql = yield* SqlClient.SqlClient
  yield* sql`
    UPDATE job_partition SET seen_at = now() WHERE queue = ${queue} AND partition = ${partition} AND epoch = ${epoch}`
})

/**
 * Takes up what earlier owners left running. Such an attempt counts, as the job may be what ended the process: it waits a
 * little more each time, and after its last attempt it is dead.
 */
export const recoverJobs = Effect.fnUntraced(function*({ epoch, partition, queue }: OwnedPartition) {
  const sql = yield* SqlClient.SqlClient
  return yield* sql<{ readonly state: string }>`
    UPDATE job SET
      state = CASE
        WHEN cancel_requested THEN 'cancelled' WHEN attempt >= attempts THEN 'dead' WHEN attempt > 1 THEN 'scheduled'
        ELSE 'ready' END,
      due_at = CASE WHEN attempt > 1 THEN clock_timestamp() + make_interval(secs => 5 * (attempt - 1)) ELSE due_at END,
      turn = CASE WHEN attempt > 1 THEN clock_timestamp() + make_interval(secs => 5 * (attempt - 1)) + (turn - due_at)
        ELSE turn END,
      finished_at = CASE WHEN cancel_requested OR attempt >= attempts THEN clock_timestamp() END,
      error = 'The process that ran it ended'
    WHERE queue = ${queue} AND partition = ${partition} AND state = 'running' AND epoch < ${epoch}
    RETURNING state`
})

/** Lets go of what this owner has running, but for the given ids: another attempt follows, and this one does not count. */
export const giveBackJobs = Effect.fnUntraced(
  function*({ epoch, partition, queue }: OwnedPartition, kept: ReadonlyArray<JobId>) {
    const sql = yield* SqlClient.SqlClient
    yield* sql`
      UPDATE job SET
        state = CASE WHEN cancel_requested THEN 'cancelled' ELSE 'ready' END,
        finished_at = CASE WHEN cancel_requested THEN clock_timestamp() END,
        attempt = attempt - 1
      WHERE queue = ${queue} AND partition = ${partition} AND state = 'running' AND epoch = ${epoch}
        AND NOT ${JSON.stringify(kept)}::jsonb ? id::text`
  }
)

/** Takes the jobs of partitions that the queue has no more, and that nobody looks after, to those it has. */
export const adoptJobs = Effect.fnUntraced(function*(queue: string, partitions: number) {
  const sql = yield* SqlClient.SqlClient
  // One statement a state: each has an index of its own.
  for (const state of ["scheduled", "ready", "running"]) {
    yield* sql`
      UPDATE job SET partition = partition % ${partitions}::smallint,
        state = CASE state WHEN 'running' THEN 'ready' ELSE state END
      WHERE queue = ${queue} AND partition >= ${partitions} AND state = ${sql.literal(`'${state}'`)}
        AND NOT EXISTS (
          SELECT FROM job_partition place WHERE (place.queue, place.partition) = (job.queue, job.partition)
            AND place.seen_at > now() - interval '1 minute')`
  }
})
