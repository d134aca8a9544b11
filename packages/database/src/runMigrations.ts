import { Effect } from "effect"
import { Migrator, SqlClient } from "effect/sql"
import { migrations as base } from "./Migrations.ts"
import type { MigrationSet } from "./MigrationSet.ts"
import { OwnerSql } from "./OwnerSql.ts"

const advisoryLock = 4_600_311_870_234

/**
 * Brings the schema up to date as its owner and returns what was applied, as `table/0001_name`.
 *
 * The sets run in the order given, after the database's own (roles, extensions, the tenants), all in one transaction
 * under an advisory lock: of several processes that start at once one migrates and the others find nothing to do, and a
 * failure leaves the schema as it was.
 */
export const runMigrations = Effect.fn("runMigrations")(function*(sets: ReadonlyArray<MigrationSet>) {
  const sql = yield* OwnerSql
  const apply = Effect.fnUntraced(function*({ table, migrations }: MigrationSet) {
    const applied = yield* Migrator.make({})({ table, loader: Migrator.fromRecord(migrations) })
    // Lets a start without the owner's login see what is still to be migrated.
    yield* sql`GRANT SELECT ON ${sql(table)} TO innkeeper_app`
    return applied.map(([id, name]) => `${table}/${String(id).padStart(4, "0")}_${name}`)
  })
  const applied = yield* sql.withTransaction(Effect.gen(function*() {
    yield* sql`SELECT pg_advisory_xact_lock(${advisoryLock})`
    yield* sql`SET LOCAL lock_timeout = '30s'`
    return yield* Effect.forEach([base, ...sets], apply)
  })).pipe(Effect.provideService(SqlClient.SqlClient, sql))
  return applied.flat()
})

/** What `runMigrations` would apply, as any member of `innkeeper_app` can see it. */
export const pendingMigrations = Effect.fn("pendingMigrations")(function*(sets: ReadonlyArray<MigrationSet>) {
  const sql = yield* SqlClient.SqlClient
  const pending = yield* Effect.forEach(
    [base, ...sets],
    Effect.fnUntraced(function*({ migrations, table }) {
      const [found] = yield* sql<{ exists: boolean }>`SELECT to_regclass(${table}) IS NOT NULL AS exists`
      const rows = found!.exists ? yield* sql<{ id: number }>`SELECT max(migration_id) AS id FROM ${sql(table)}` : []
      const newest = rows[0]?.id ?? 0
      return Object.keys(migrations).filter((key) => Number.parseInt(key) > newest).map((key) => `${table}/${key}`)
    })
  )
  return pending.flat()
}, Effect.orDie)
