import { Effect } from "effect"
import { SqlClient } from "effect/sql"
import type { PartitionPlace } from "./JobPartitionStore.ts"

/** Jobs that wait and were begun before: those that are tried again or were given back, which are few. */
export const begunIndex = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  yield* sql`
    CREATE INDEX job_begun ON job (queue, partition, started_at)
    WHERE state IN ('scheduled', 'ready') AND started_at IS NOT NULL`
})

/** When attempts of a partition began, the last ones first; `window` in milliseconds. A statement for each index. */
export const selectBegins = (
  sql: SqlClient.SqlClient,
  { partition, queue }: PartitionPlace,
  window: number,
  limit: number
) => {
  const since = sql`now() - make_interval(secs => ${window}::float8 / 1000)`
  const begins = sql`
    SELECT started_at FROM job WHERE queue = ${queue} AND partition = ${partition} AND started_at > ${since}`
  return sql`
    SELECT extract(epoch FROM clock_timestamp() - started_at)::float8 * 1000 AS ago FROM (
      ${begins} AND state = 'running'
      UNION ALL ${begins} AND state IN ('scheduled', 'ready')
      UNION ALL ${begins} AND state IN ('succeeded', 'cancelled', 'dead') AND finished_at > ${since}
    ) begun
    ORDER BY started_at DESC LIMIT ${limit}`
}

/** When the partition's attempts of the last `window` milliseconds began, as milliseconds ago; at most `limit` of them. */
export const recentBegins = Effect.fnUntraced(function*(place: PartitionPlace, window: number, limit: number) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql<{ readonly ago: number }>`${selectBegins(sql, place, window, limit)}`
  return rows.map(({ ago }) => ago)
})
