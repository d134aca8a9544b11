import { Effect } from "effect"
import { SqlClient } from "effect/sql"

/** Waits until no other document is being applied to the tenant, and keeps others waiting until the transaction ends. */
export const lockSetup = Effect.fnUntraced(function*(slug: string) {
  const sql = yield* SqlClient.SqlClient
  yield* sql`SELECT pg_advisory_xact_lock(hashtextextended(${`setup/${slug}`}, 0))`
})
