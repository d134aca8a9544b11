import { Effect } from "effect"
import { SqlClient } from "effect/sql"

/**
 * Lets the current tenant's jobs that ran when their rows were archived be begun again: no owner of a partition has them in
 * hand. The attempt does not count.
 */
export const readyRestoredJobs = Effect.fnUntraced(function*() {
  const sql = yield* SqlClient.SqlClient
  yield* sql`UPDATE job SET state = 'ready', attempt = attempt - 1 WHERE state = 'running'`
})
