import { Effect } from "effect"
import { SqlClient } from "effect/sql"

/** For each queue: jobs that are due and have not begun, how long the oldest has been due, and jobs that are dead. */
export const jobBacklogs = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  return yield* sql<{
    readonly queue: string
    readonly waiting: number
    readonly oldestSeconds: number
    readonly dead: number
  }>`
    SELECT queue, coalesce(due.waiting, 0)::int AS waiting,
      coalesce(greatest(0, extract(epoch FROM clock_timestamp() - due.oldest)), 0)::float8 AS "oldestSeconds",
      coalesce(ended.dead, 0)::int AS dead
    FROM (SELECT name AS queue FROM job_queue) known
    LEFT JOIN (
      SELECT queue, count(*) AS waiting, min(due_at) AS oldest FROM job
      WHERE state = 'ready' OR (state = 'scheduled' AND due_at <= clock_timestamp()) GROUP BY queue
    ) due USING (queue)
    LEFT JOIN (SELECT queue, count(*) AS dead FROM job WHERE state = 'dead' GROUP BY queue) ended USING (queue)
    ORDER BY queue`
})

/** Connections that this login has to this database, of all processes, by what they do. */
export const connectionStates = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  return yield* sql<{ readonly state: string; readonly count: number }>`
    SELECT state, count(*)::int AS count FROM pg_stat_activity
    WHERE datname = current_database() AND usename = session_user AND state IS NOT NULL
    GROUP BY state`
})
