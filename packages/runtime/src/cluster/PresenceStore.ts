import { Effect } from "effect"
import { SqlClient, type SqlConnection } from "effect/sql"
import { clusterPrefix } from "../Migrations.ts"

/** First half of the advisory locks by which pods show that they are there; the second is a hash of their address. */
const presenceLocks = 460_031_187

/** Has the session show that the pod of this address is there, until it ends. False while an older session still does. */
export const showPresence = (session: SqlConnection.Connection, address: string) =>
  Effect.map(
    session.executeValues(`SELECT pg_try_advisory_lock(${presenceLocks}, hashtext($1))`, [address]),
    ([row]) => row?.[0] === true
  )

/** Takes back what the session shows, before it goes back into the pool. */
export const hidePresence = (session: SqlConnection.Connection) =>
  Effect.ignore(session.executeRaw("SELECT pg_advisory_unlock_all()", []))

/** Addresses of pods that count as healthy and of which no session says that they are there. */
export const findAbsentPods = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql<{ readonly address: string }>`
    SELECT runner.address FROM ${sql(`${clusterPrefix}_runners`)} runner
    WHERE runner.healthy AND NOT EXISTS (
      SELECT FROM pg_locks
      WHERE locktype = 'advisory' AND granted AND objsubid = 2 AND classid = ${presenceLocks}
        AND objid = hashtext(runner.address)::oid
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
    )`
  return rows.map(({ address }) => address)
})

/** Has the pods lose their shards to the others. */
export const markUnhealthy = Effect.fnUntraced(function*(addresses: ReadonlyArray<string>) {
  const sql = yield* SqlClient.SqlClient
  yield* sql`UPDATE ${sql(`${clusterPrefix}_runners`)} SET healthy = false WHERE address IN ${sql.in(addresses)}`
})
