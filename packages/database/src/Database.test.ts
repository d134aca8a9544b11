import { NodeServices } from "@effect/platform-node"
import { assert, layer } from "@effect/vitest"
import { DatabaseConfig } from "@innkeeper/config"
import { TestDatabase } from "@innkeeper/testkit"
import { Effect, Layer, Redacted } from "effect"
import { SqlClient } from "effect/sql"
import { Database } from "./Database.ts"
import { openFolder } from "./embedded/openFolder.fixture.ts"
import { ownerRole } from "./embedded/Postmaster.ts"
import type { MigrationSet } from "./MigrationSet.ts"
import { OwnerSql } from "./OwnerSql.ts"
import { tenantTable } from "./TenantTable.ts"

const notes: MigrationSet = {
  table: "notes_migrations",
  migrations: {
    "0001_note": Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      yield* sql`CREATE TABLE note (id uuid NOT NULL)`
      yield* tenantTable("note")
    })
  }
}

const broken: MigrationSet = {
  table: "broken_migrations",
  migrations: { "0001_broken": Effect.flatMap(SqlClient.SqlClient, (sql) => Effect.asVoid(sql`SELECT 1 / 0`)) }
}

/** A configuration for the test's database, as two logins. */
const configure = Effect.fnUntraced(function*(login: string, owner?: string) {
  const { connection: { database, host } } = yield* TestDatabase
  const url = (name: string) =>
    Redacted.make(`postgres://${encodeURIComponent(name)}@localhost/${database}?host=${encodeURIComponent(host)}`)
  return new DatabaseConfig({
    url: url(login),
    ...owner !== undefined && { ownerUrl: url(owner) },
    ssl: false,
    maxConnections: 8,
    dataFolder: "unused"
  })
})

const open = (config: DatabaseConfig, sets: ReadonlyArray<MigrationSet>) =>
  Effect.scoped(Effect.gen(function*() {
    const context = yield* Layer.build(Layer.fresh(Database.layer(config, sets)))
    const sql = yield* Effect.provideContext(SqlClient.SqlClient, context)
    const { applied, mode } = yield* Effect.provideContext(Database, context)
    return { applied, mode, rows: (yield* sql`SELECT * FROM tenant`).length }
  }))

/** Roles belong to the server, which all tests share: they go with the test. */
const role = Effect.fnUntraced(function*(options: string) {
  const owner = yield* OwnerSql
  const [row] = yield* owner<{ name: string }>`SELECT 'Login ' || substr(md5(random()::text), 1, 8) AS name`
  const name = row!.name
  yield* Effect.acquireRelease(
    owner`CREATE ROLE ${owner(name)} ${owner.literal(options)}`,
    () => Effect.orDie(Effect.andThen(owner`DROP OWNED BY ${owner(name)}`, owner`DROP ROLE ${owner(name)}`))
  )
  return name
})

layer(TestDatabase.layer([]), { excludeTestServices: true })("Database of DATABASE_URL", (it) => {
  it.effect("is migrated by the owner and opened by the app's login, which is let into the app's role", () =>
    Effect.gen(function*() {
      const config = yield* configure(yield* role("LOGIN"), ownerRole)
      assert.deepStrictEqual(yield* open(config, [notes]), {
        mode: "external",
        applied: ["notes_migrations/0001_note"],
        rows: 0
      })
      assert.deepStrictEqual((yield* open(config, [notes])).applied, [])
    }))

  it.effect("is refused when migrations are missing and no owner is known", () =>
    Effect.gen(function*() {
      const login = yield* role("LOGIN IN ROLE innkeeper_app")
      const error = yield* Effect.flip(open(yield* configure(login), [notes, broken]))
      assert.strictEqual(error._tag, "SchemaOutdated")
      assert.include(error.message, "broken_migrations/0001_broken")
    }))

  it.effect("is left as it was when a migration fails", () =>
    Effect.gen(function*() {
      const owner = yield* OwnerSql
      const late: MigrationSet = {
        table: "late_migrations",
        migrations: {
          "0001_late": Effect.flatMap(SqlClient.SqlClient, (sql) => Effect.asVoid(sql`CREATE TABLE late ()`))
        }
      }
      const config = yield* configure(yield* role("LOGIN"), ownerRole)
      const exit = yield* Effect.exit(open(config, [late, broken]))
      assert.strictEqual(exit._tag, "Failure")
      assert.deepStrictEqual(
        yield* owner`SELECT to_regclass('late')::text AS late, to_regclass('late_migrations')::text AS log`,
        [
          { late: null, log: null }
        ]
      )
    }))

  const refused = [
    ["a superuser", "LOGIN SUPERUSER IN ROLE innkeeper_app", /superuser/],
    ["one that bypasses row-level security", "LOGIN BYPASSRLS IN ROLE innkeeper_app", /BYPASSRLS/],
    ["one that may become the owner", `LOGIN IN ROLE innkeeper_app, ${ownerRole}`, /superuser/],
    ["one outside the app's role", "LOGIN", /not a member of innkeeper_app/]
  ] as const
  for (const [what, options, message] of refused) {
    it.effect(`refuses as the app's login ${what}`, () =>
      Effect.gen(function*() {
        const error = yield* Effect.flip(open(yield* configure(yield* role(options)), []))
        assert.strictEqual(error._tag, "DatabaseLoginRefused")
        assert.match(error.message, message)
      }))
  }

  it.effect("refuses as the app's login one that owns a table", () =>
    Effect.gen(function*() {
      const owner = yield* OwnerSql
      const login = yield* role("LOGIN IN ROLE innkeeper_app")
      yield* owner`CREATE TABLE owned ()`
      yield* owner`ALTER TABLE owned OWNER TO ${owner(login)}`
      const error = yield* Effect.flip(open(yield* configure(login), []))
      assert.match(error.message, /owns "owned"/)
    }))

  it.effect("says which variable leads nowhere, and not its password", () =>
    Effect.gen(function*() {
      const good = yield* configure(yield* role("LOGIN"), ownerRole)
      const nowhere = Redacted.make("postgres://app:hunter2@127.0.0.1:1/innkeeper")
      const app = yield* Effect.flip(open(new DatabaseConfig({ ...good, url: nowhere }), []))
      assert.include(app.message, "DATABASE_URL: connect ECONNREFUSED 127.0.0.1:1.")
      assert.notInclude(app.message, "hunter2")
      const owner = yield* Effect.flip(open(new DatabaseConfig({ ...good, ownerUrl: nowhere }), []))
      assert.include(owner.message, "DATABASE_OWNER_URL")
    }))

  it.effect("says what PostgreSQL said when it gives no session", () =>
    Effect.gen(function*() {
      const { connection: { database, host } } = yield* TestDatabase
      const url = (name: string) =>
        Redacted.make(`postgres://nobody-of-this-name@localhost/${name}?host=${encodeURIComponent(host)}`)
      const config = new DatabaseConfig({ url: url(database), ssl: false, maxConnections: 8, dataFolder: "unused" })
      const login = yield* Effect.flip(open(config, []))
      assert.include(login.message, "role \"nobody-of-this-name\" does not exist")
      const good = yield* configure(yield* role("LOGIN"))
      const gone = Redacted.make(Redacted.value(good.url!).replace(`/${database}?`, "/no-such-database?"))
      const nowhere = yield* Effect.flip(open(new DatabaseConfig({ ...good, url: gone }), []))
      assert.include(nowhere.message, "database \"no-such-database\" does not exist")
    }))

  it.effect("says which file of authorities it cannot read", () =>
    Effect.gen(function*() {
      const good = yield* configure(yield* role("LOGIN"))
      const error = yield* Effect.flip(open(new DatabaseConfig({ ...good, ssl: true, sslCa: "/none.pem" }), []))
      assert.include(error.message, "/none.pem of POSTGRES_SSL_CA")
    }))

  it.effect("ends a statement that takes too long", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      assert.deepStrictEqual(
        yield* sql`
          SELECT name, setting::int FROM pg_settings
          WHERE name IN ('statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout') ORDER BY name`,
        [
          { name: "idle_in_transaction_session_timeout", setting: 30_000 },
          { name: "lock_timeout", setting: 5000 },
          { name: "statement_timeout", setting: 15_000 }
        ]
      )
    }))

  it.effect("has the planner look rows up by an index also in a table of a hundred pages", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const [row] = yield* sql<{ cost: string }>`SELECT current_setting('random_page_cost') AS cost`
      assert.strictEqual(row?.cost, "1.1")
    }))
})

layer(NodeServices.layer, { excludeTestServices: true })("Database in the data folder", (it) => {
  it.effect("is made at the first start and found at the second", () =>
    Effect.gen(function*() {
      const dataFolder = yield* openFolder
      const config = new DatabaseConfig({ ssl: false, maxConnections: 8, dataFolder })
      const first = yield* open(config, [notes])
      assert.strictEqual(first.mode, "embedded")
      assert.deepStrictEqual(first.applied, [
        "database_migrations/0001_roles",
        "database_migrations/0002_tenant",
        "database_migrations/0003_removal",
        "database_migrations/0004_name_order",
        "notes_migrations/0001_note"
      ])
      assert.deepStrictEqual((yield* open(config, [notes])).applied, [])
    }))
})
