import { type MigrationSet, platformTable, tenantTable } from "@innkeeper/database"
import { Effect } from "effect"
import { SqlClient } from "effect/sql"

/**
 * Every posting moves an account; the two of a transfer add up to nothing. A timer says when a sleep was to end and did,
 * a tick when a schedule was to run and did.
 */
const ledger = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  yield* sql`
    CREATE TABLE posting (transfer text NOT NULL, account text NOT NULL, amount integer NOT NULL)`
  yield* tenantTable("posting", { key: ["transfer", "account"] })
  yield* sql`
    CREATE TABLE timer (transfer text NOT NULL, due timestamptz NOT NULL, woke timestamptz NOT NULL)`
  yield* tenantTable("timer", { key: ["transfer"] })
  yield* sql`
    CREATE TABLE tick (due timestamptz NOT NULL, at timestamptz NOT NULL DEFAULT clock_timestamp(), pod text NOT NULL)`
  yield* platformTable("tick")
})

/** Tables of the ledger that the breaking tests break. Tests only. */
export const ledgerTables: MigrationSet = { table: "ledger_migrations", migrations: { "0001_ledger": ledger } }
