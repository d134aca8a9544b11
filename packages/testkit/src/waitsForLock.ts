import { OwnerSql } from "@innkeeper/database"
import { Effect } from "effect"

/** Waits until a statement of the test's database that contains `part` waits for a lock. */
export const waitsForLock = Effect.fnUntraced(function*(part: string) {
  const sql = yield* OwnerSql
  yield* sql`
    SELECT FROM pg_stat_activity
    WHERE datname = current_database() AND position(${part} IN query) > 0 AND wait_event_type = 'Lock'`.pipe(
    Effect.repeat({ until: (rows) => rows.length > 0 })
  )
})
