import { Effect, Schema } from "effect"
import { SqlClient } from "effect/sql"
import { channel, wakeMessage } from "./jobMessage.ts"
import { type JobId, QueueState } from "./JobRecord.ts"

const decodeQueues = Schema.decodeUnknownEffect(Schema.Array(QueueState))

/** Every queue that has been announced or has a job that has not ended well. */
export const queueStates = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`
    SELECT queue, coalesce(sum(jobs) FILTER (WHERE state = 'scheduled'), 0)::int AS scheduled,
      coalesce(sum(jobs) FILTER (WHERE state = 'ready'), 0)::int AS ready,
      coalesce(sum(jobs) FILTER (WHERE state = 'running'), 0)::int AS running,
      coalesce(sum(jobs) FILTER (WHERE state = 'dead'), 0)::int AS dead,
      extract(epoch FROM clock_timestamp() - min(due) FILTER (WHERE state = 'ready'))::float8 AS "oldestReadySeconds",
      coalesce(sum(jobs) FILTER (WHERE state = 'ended'), 0)::int AS "endedLastMinute",
      coalesce(sum(jobs) FILTER (WHERE state = 'died'), 0)::int AS "diedLastMinute",
      coalesce(sum(strange), 0)::int AS unknown
    FROM (
      SELECT queue, state, count(*) AS jobs, min(due_at) AS due, count(unknown_since) AS strange
      FROM job WHERE state = 'ready' GROUP BY queue, state
      UNION ALL
      SELECT queue, state, count(*), NULL, count(unknown_since) FROM job WHERE state = 'scheduled' GROUP BY queue, state
      UNION ALL
      SELECT queue, state, count(*), NULL, 0 FROM job WHERE state = 'running' GROUP BY queue, state
      UNION ALL
      SELECT queue, state, count(*), NULL, 0 FROM job WHERE state = 'dead' GROUP BY queue, state
      UNION ALL
      SELECT queue, ending, count(*), NULL, 0
      FROM job, unnest(CASE state WHEN 'dead' THEN ARRAY['ended', 'died'] ELSE ARRAY['ended'] END) ending
      WHERE finished_at > now() - interval '1 minute' AND state IN ('succeeded', 'cancelled', 'dead')
      GROUP BY queue, ending
      UNION ALL
      SELECT name, 'none', 0, NULL, 0 FROM job_queue
    ) part
    GROUP BY queue ORDER BY queue`
  return yield* decodeQueues(rows)
})

/** Makes a dead job ready, with all its attempts before it, and wakes its owner. Nothing if it is not dead. */
export const replayJob = Effect.fnUntraced(function*(id: JobId) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`
    WITH replayed AS (
      UPDATE job SET state = 'ready', attempt = 0, due_at = clock_timestamp(), turn = clock_timestamp() + (turn - due_at),
        finished_at = NULL, cancel_requested = false, unknown_since = NULL, progress = NULL, progress_text = NULL,
        key = CASE WHEN EXISTS (
          SELECT FROM job other WHERE other.tenant_id = job.tenant_id AND other.name = job.name AND other.key = job.key
            AND other.state IN ('scheduled', 'ready', 'running')) THEN NULL ELSE key END
      WHERE id = ${id} AND state = 'dead'
      RETURNING queue, partition
    )
    SELECT pg_notify(${channel}, ${wakeMessage} || queue || '/' || partition)::text FROM replayed`
  return rows.length > 0
})

/** Lets go of a dead job: it counts as cancelled. */
export const discardJob = Effect.fnUntraced(function*(id: JobId) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`
    UPDATE job SET state = 'cancelled', finished_at = clock_timestamp() WHERE id = ${id} AND state = 'dead' RETURNING id`
  return rows.length > 0
})

/** Queues with jobs that are due while their partition's owner has not been seen for so many seconds. */
export const neglectedQueues = Effect.fnUntraced(function*(seconds: number) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql<{ readonly queue: string }>`
    SELECT DISTINCT queue FROM job_partition place
    WHERE seen_at < now() - make_interval(secs => ${seconds}) AND (
      EXISTS (SELECT FROM job WHERE (job.queue, job.partition) = (place.queue, place.partition) AND state = 'ready')
      OR EXISTS (SELECT FROM job WHERE (job.queue, job.partition) = (place.queue, place.partition)
        AND state = 'scheduled' AND due_at < now() - make_interval(secs => ${seconds}))
    ) ORDER BY queue`
  return rows.map(({ queue }) => queue)
})

/** Types of jobs that wait because no process runs them. */
export const unknownTypes = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql<{ readonly name: string }>`
    SELECT DISTINCT name FROM job WHERE unknown_since IS NOT NULL AND state IN ('scheduled', 'ready') ORDER BY name`
  return rows.map(({ name }) => name)
})
