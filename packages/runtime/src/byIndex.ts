import { Effect } from "effect"
import { SqlClient } from "effect/sql"

/**
 * Settings with which rows are found by index. Tables of work go from empty to a hundred thousand rows faster than their
 * statistics are renewed, and a plan for an empty table reads all of it, for as long as a session keeps that plan.
 */
export const byIndex = { enable_seqscan: "off", enable_hashjoin: "off", enable_mergejoin: "off" }

/** For the rest of the transaction rows are found by index. */
export const planByIndex = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const settings = Object.entries(byIndex).map(([name, value]) => `set_config('${name}', '${value}', true)`)
  yield* sql`SELECT ${sql.literal(settings.join(", "))}`
})
