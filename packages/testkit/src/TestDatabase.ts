import { PgClient } from "@effect/sql-pg"
import { appRole, appSqlLayer, type MigrationSet, ownerRole, OwnerSql, runMigrations } from "@innkeeper/database"
import { Context, Effect, Layer } from "effect"
import { Reactivity } from "effect/reactivity"
import { inject } from "vitest"
import "./globalSetup.ts"

/** A fresh database on the PostgreSQL of the test run, with the schema of the given migrations. It ends with its scope. */
export class TestDatabase extends Context.Service<TestDatabase, {
  /** How the app connects to it, for a test that starts another process. */
  readonly connection: { readonly host: string; readonly username: string; readonly database: string }
}>()("testkit/TestDatabase") {
  /**
   * Gives `SqlClient` as the app, held back by row-level security, and `OwnerSql` for what a test must see or break.
   *
   * The first test that asks for a list of migrations runs them; later ones copy the result.
   */
  static readonly layer = (sets: ReadonlyArray<MigrationSet>) =>
    Layer.unwrap(Effect.map(freshDatabase(sets), (database) => {
      const connection = { host: inject("postgresSocket"), username: appRole, database }
      return Layer.mergeAll(
        Layer.succeed(TestDatabase, { connection }),
        appSqlLayer({ ...connection, maxConnections: 12 }),
        OwnerSql.layer({ ...connection, username: ownerRole })
      )
    })).pipe(Layer.provide(Reactivity.layer), Layer.orDie)
}

const freshDatabase = Effect.fnUntraced(function*(sets: ReadonlyArray<MigrationSet>) {
  const admin = yield* owner("postgres")
  const template = yield* makeTemplate(admin, sets)
  const [row] = yield* admin<{ name: string }>`SELECT 'test_' || replace(gen_random_uuid()::text, '-', '') AS name`
  const name = row!.name
  yield* Effect.acquireRelease(
    admin`CREATE DATABASE ${admin(name)} TEMPLATE ${admin(template)}`,
    () => Effect.orDie(admin`DROP DATABASE ${admin(name)} WITH (FORCE)`)
  )
  return name
})

/** Test files run in several processes: the first one holds the lock while it migrates. */
const makeTemplate = Effect.fnUntraced(function*(admin: PgClient.PgClient, sets: ReadonlyArray<MigrationSet>) {
  const contents = sets.map(({ migrations, table }) => [table, ...Object.keys(migrations)].join(" ")).join("\n")
  return yield* admin.withTransaction(Effect.gen(function*() {
    yield* admin`SELECT pg_advisory_xact_lock(1)`
    const [row] = yield* admin<{ name: string; exists: boolean }>`
      SELECT name, EXISTS (SELECT FROM pg_database WHERE datname = name)
      FROM (SELECT 'template_' || md5(${contents}) AS name)`
    const name = row!.name
    if (row!.exists) return name
    const half = `${name}_half`
    const outside = yield* owner("postgres")
    yield* outside`DROP DATABASE IF EXISTS ${outside(half)}`
    yield* outside`CREATE DATABASE ${outside(half)}`
    yield* Effect.scoped(
      Effect.flatMap(owner(half), (sql) => Effect.provideService(runMigrations(sets), OwnerSql, sql))
    )
    yield* outside`ALTER DATABASE ${outside(half)} RENAME TO ${outside(name)}`
    return name
  }))
})

const owner = (database: string) =>
  PgClient.make({ host: inject("postgresSocket"), username: ownerRole, database, maxConnections: 2 })
