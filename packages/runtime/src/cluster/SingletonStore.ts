import { DateTime, Effect } from "effect"
import { SqlClient } from "effect/sql"

/** Writes down that `runner` runs the singleton at this moment. */
export const beat = Effect.fnUntraced(function*(name: string, runner: string) {
  const sql = yield* SqlClient.SqlClient
  yield* sql`
    INSERT INTO singleton_state AS known (name, runner) VALUES (${name}, ${runner})
    ON CONFLICT (name) DO UPDATE SET
      started_at = CASE WHEN known.runner = excluded.runner THEN known.started_at ELSE now() END,
      runner = excluded.runner, beat_at = now()`
})

/** Who ran each singleton last, and how many seconds ago that was by the database's clock. */
export const lastBeats = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  return yield* sql<{ readonly name: string; readonly runner: string; readonly secondsAgo: number }>`
    SELECT name, runner, greatest(0, extract(epoch FROM clock_timestamp() - beat_at))::float8 AS "secondsAgo"
    FROM singleton_state ORDER BY name`
})

/** Forgets singletons that nobody has run since `before`; gives how many. */
export const deleteLostSingletons = Effect.fnUntraced(function*(before: DateTime.Utc) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`
    DELETE FROM singleton_state WHERE beat_at < ${DateTime.formatIso(before)}::timestamptz RETURNING name`
  return rows.length
})
