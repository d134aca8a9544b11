import { DateTime, Effect } from "effect"
import { SqlClient } from "effect/sql"

export interface Posting {
  readonly transfer: string
  readonly account: string
  readonly amount: number
}

/** Writes a posting of the current tenant, once; tells whether it was this time. */
export const insertPosting = Effect.fnUntraced(function*({ account, amount, transfer }: Posting) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`
    INSERT INTO posting (transfer, account, amount) VALUES (${transfer}, ${account}, ${amount})
    ON CONFLICT DO NOTHING RETURNING 1`
  return rows.length > 0
})

/** The database's time in milliseconds of Unix time: the same for all pods, however wrong their own clocks are. */
export const databaseMillis = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const [row] = yield* sql<{ readonly at: number }>`SELECT extract(epoch FROM clock_timestamp())::float8 * 1000 AS at`
  return row!.at
})

/** Writes down that the timer that was to end at `due` (milliseconds of Unix time) has ended now. The first time counts. */
export const insertTimer = Effect.fnUntraced(function*(transfer: string, due: number) {
  const sql = yield* SqlClient.SqlClient
  yield* sql`
    INSERT INTO timer (transfer, due, woke) VALUES (${transfer}, to_timestamp(${due / 1000}), clock_timestamp())
    ON CONFLICT DO NOTHING`
})

/** Writes down that a pod ran the schedule that was due then. Every time counts. */
export const insertTick = Effect.fnUntraced(function*(due: DateTime.DateTime, pod: string) {
  const sql = yield* SqlClient.SqlClient
  yield* sql`INSERT INTO tick (due, pod) VALUES (${DateTime.formatIso(due)}::timestamptz, ${pod})`
})
