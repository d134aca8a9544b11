import { PgClient } from "@effect/sql-pg"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { Reactivity } from "effect/reactivity"
import type { SqlError } from "effect/sql"
import { spawnSync } from "node:child_process"
import { inject } from "vitest"
import type {} from "@innkeeper/testkit"
import type { DatabaseStatement } from "../Plan.ts"
import { databaseNames } from "./roles.ts"
import { psqlScript } from "./script.ts"
import { closePostgres, databaseStatements, removalStatements } from "./statements.ts"

const provisioner = "plan_test_provisioner"
const passwords: Record<string, string> = {
  OWNER_PASSWORD: "owner's",
  APP_PASSWORD: "app",
  BACKUP_PASSWORD: "backup"
}

const connect = (username: string, database: string) =>
  PgClient.make({ host: inject("postgresSocket"), username, database, maxConnections: 1 }).pipe(
    Effect.provideService(Reactivity.Reactivity, Effect.runSync(Reactivity.make))
  )

/** Runs queries in one session, and gives the rows of the last. */
const query = <A extends object>(username: string, database: string, ...texts: ReadonlyArray<string>) =>
  Effect.scoped(Effect.gen(function*() {
    const sql = yield* connect(username, database)
    return (yield* Effect.forEach(texts, (text) => sql.unsafe<A>(text))).at(-1) ?? []
  }))

const superuser = "innkeeper_owner"

/** Does what psql does with the script: a session for each database, and the statements that a query generates. */
const run = (statements: ReadonlyArray<DatabaseStatement>) =>
  Effect.forEach(["server", "own"] as const, (part) =>
    Effect.scoped(Effect.gen(function*() {
      const mine = statements.filter(({ database }) => (database === "postgres") === (part === "server"))
      const [first] = mine
      if (first === undefined) return
      const sql = yield* connect(provisioner, first.database)
      for (const statement of mine) {
        const text = statement.sql.replace(/:'(\w+)'/g, (_, name) => `'${passwords[name]?.replaceAll("'", "''")}'`)
        const rows = yield* sql.unsafe<Record<string, string>>(text)
        if (statement.run === "generate") yield* Effect.forEach(rows.flatMap(Object.values), (made) => sql.unsafe(made))
      }
    })))

/** Two tenants, whose slugs begin alike and hold a hyphen. What they leave ends with the scope. */
const tenants = ["plan-test", "plan-test-2"].map((slug) => ({
  slug,
  ...databaseNames(slug),
  statements: databaseStatements(slug, 40)
}))
const [one, two] = [tenants[0]!, tenants[1]!]

/** Other tests make the common roles too, and hold the same lock meanwhile: see the testkit's `TestDatabase`. */
const scene = Effect.acquireRelease(
  Effect.gen(function*() {
    yield* query(superuser, "postgres", `CREATE ROLE ${provisioner} LOGIN CREATEROLE CREATEDB BYPASSRLS`)
    yield* query(
      superuser,
      "postgres",
      `
      DO $$
      BEGIN
        PERFORM pg_advisory_xact_lock(1);
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'innkeeper_platform') THEN
          CREATE ROLE innkeeper_platform NOLOGIN;
        END IF;
        IF NOT pg_has_role('innkeeper_app', 'innkeeper_platform', 'SET') THEN
          GRANT innkeeper_platform TO innkeeper_app WITH INHERIT FALSE, SET TRUE;
        END IF;
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'innkeeper_removal') THEN
          CREATE ROLE innkeeper_removal NOLOGIN;
        END IF;
        IF NOT pg_has_role('innkeeper_app', 'innkeeper_removal', 'SET') THEN
          GRANT innkeeper_removal TO innkeeper_app WITH INHERIT FALSE, SET TRUE;
        END IF;
      END $$`
    )
    yield* query(
      superuser,
      "postgres",
      `GRANT innkeeper_app, innkeeper_platform, innkeeper_removal TO ${provisioner} WITH ADMIN TRUE, INHERIT FALSE, SET FALSE`
    )
  }),
  () =>
    Effect.gen(function*() {
      for (const { app, backup, database, owner } of tenants) {
        yield* query(superuser, "postgres", `DROP DATABASE IF EXISTS "${database}" WITH (FORCE)`)
        for (const role of [app, backup, owner]) yield* query(superuser, "postgres", `DROP ROLE IF EXISTS "${role}"`)
      }
      yield* query(superuser, "postgres", `DROP OWNED BY ${provisioner}`)
      yield* query(superuser, "postgres", `DROP ROLE ${provisioner}`)
    }).pipe(Effect.orDie)
)

/** A table as the server's migrations make it, with a row of each of two tenants. */
const [acme, globex] = ["00000000-0000-4000-8000-000000000001", "00000000-0000-4000-8000-000000000002"]
const migrate = ({ database, owner }: { readonly database: string; readonly owner: string }) =>
  query(
    owner,
    database,
    "CREATE TABLE alert (tenant_id uuid NOT NULL, title text NOT NULL)",
    "ALTER TABLE alert ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY",
    "CREATE POLICY tenant ON alert USING (tenant_id = (SELECT nullif(current_setting('app.tenant_id', true), '')::uuid))",
    "CREATE POLICY platform ON alert TO innkeeper_platform USING (true)",
    "GRANT SELECT, INSERT ON alert TO innkeeper_app, innkeeper_platform",
    ...[acme, globex].flatMap((
      tenant
    ) => [`SET app.tenant_id = '${tenant}'`, `INSERT INTO alert VALUES ('${tenant}', 'Disk full')`])
  )

const count = (username: string, database: string, ...before: ReadonlyArray<string>) =>
  Effect.map(
    query<{ readonly n: number }>(username, database, ...before, "SELECT count(*)::int AS n FROM alert"),
    ([row]) => row?.n
  )

/** What PostgreSQL answers to what it refuses. */
const refusal = <A>(effect: Effect.Effect<A, SqlError.SqlError>) =>
  Effect.map(Effect.flip(effect), ({ reason }) => String(reason.cause))

/** All that the statements may change, without the salts of passwords. */
const catalogue = (database: string) =>
  query(
    superuser,
    database,
    `
    SELECT jsonb_build_object(
      'roles', (SELECT jsonb_agg(to_jsonb(r) ORDER BY rolname) FROM pg_roles r WHERE rolname LIKE 'tenant_plan-test%'),
      'settings', (SELECT jsonb_agg(to_jsonb(s) ORDER BY setrole) FROM pg_db_role_setting s WHERE setrole::regrole::text LIKE '%plan-test%'),
      'members', (SELECT jsonb_agg(to_jsonb(m) ORDER BY m.oid) FROM pg_auth_members m
        WHERE m.member::regrole::text LIKE '%plan-test%' OR m.roleid::regrole::text LIKE '%plan-test%'),
      'databases', (SELECT jsonb_agg(jsonb_build_array(datname, datdba, datacl::text) ORDER BY datname)
        FROM pg_database WHERE datname LIKE 'tenant_plan-test%'),
      'schemas', (SELECT jsonb_agg(jsonb_build_array(nspname, nspowner, nspacl::text) ORDER BY nspname) FROM pg_namespace),
      'tables', (SELECT jsonb_agg(jsonb_build_array(relname, relowner, relacl::text, relrowsecurity, relforcerowsecurity) ORDER BY relname)
        FROM pg_class WHERE relnamespace = 'public'::regnamespace),
      'defaults', (SELECT jsonb_agg(to_jsonb(d) || jsonb_build_object('acl', defaclacl::text) ORDER BY d.oid) FROM pg_default_acl d)
    ) AS catalogue`
  )

describe("the database job", () => {
  it.effect("keeps tenants apart, comes out the same twice, and mends what was opened", () =>
    Effect.gen(function*() {
      yield* scene
      yield* run(one.statements)
      yield* run(two.statements)
      yield* migrate(one)
      yield* migrate(two)

      // Nobody of one tenant gets into the other's database, and so not to its schema.
      for (const [mine, theirs] of [[one, two], [two, one]] as const) {
        for (const login of [mine.app, mine.owner, mine.backup]) {
          assert.match(yield* refusal(count(login, theirs.database)), /permission denied for database/, login)
        }
      }

      // Within it the app is held back by row-level security and may change no schema.
      assert.strictEqual(yield* count(one.app, one.database), 0)
      assert.strictEqual(yield* count(one.app, one.database, `SET app.tenant_id = '${acme}'`), 1)
      assert.match(
        yield* refusal(query(one.app, one.database, "CREATE TABLE mine (id int)")),
        /permission denied/
      )
      assert.match(
        yield* refusal(query(one.app, one.database, "ALTER TABLE alert DISABLE ROW LEVEL SECURITY")),
        /must be owner/
      )
      assert.strictEqual(yield* count(one.app, one.database, "SET ROLE innkeeper_platform"), 2)

      // A backup sees every row and writes none.
      assert.strictEqual(yield* count(one.backup, one.database), 2)
      assert.match(
        yield* refusal(query(one.backup, one.database, "SET default_transaction_read_only = off", "DELETE FROM alert")),
        /permission denied/
      )

      const before = yield* catalogue(one.database)
      yield* run(one.statements)
      assert.deepStrictEqual(yield* catalogue(one.database), before)

      yield* query(one.owner, one.database, "ALTER TABLE alert DISABLE ROW LEVEL SECURITY, NO FORCE ROW LEVEL SECURITY")
      yield* query(one.owner, one.database, `GRANT ALL ON DATABASE "${one.database}" TO PUBLIC`)
      assert.notDeepEqual(yield* catalogue(one.database), before)
      yield* run(one.statements)
      assert.deepStrictEqual(yield* catalogue(one.database), before)

      yield* query(superuser, "postgres", `ALTER ROLE "${one.app}" BYPASSRLS`)
      assert.match(yield* refusal(run(one.statements)), /attributes that pass its limits/)
      yield* query(superuser, "postgres", `ALTER ROLE "${one.app}" NOBYPASSRLS`)

      // The same as a script, where there is psql.
      if (spawnSync("psql", ["--version"]).status === 0) {
        const { status, stderr } = spawnSync("psql", ["--no-psqlrc", "--quiet", "--file", "-"], {
          input: psqlScript(one.statements),
          encoding: "utf8",
          env: {
            ...passwords,
            PATH: "/usr/bin:/usr/local/bin:/bin",
            PGHOST: inject("postgresSocket"),
            PGUSER: provisioner,
            PGDATABASE: "postgres"
          }
        })
        assert.strictEqual(stderr, "")
        assert.strictEqual(status, 0)
        assert.deepStrictEqual(yield* catalogue(one.database), before)
      }
    }).pipe(Effect.scoped))

  it.effect(
    "is taken back as a whole, only when nobody works in it, and the second time nothing is done",
    () =>
      Effect.scoped(Effect.gen(function*() {
        yield* scene
        yield* run(one.statements)
        yield* run(two.statements)
        yield* migrate(one)
        const removal = removalStatements(one.slug)
        yield* Effect.scoped(Effect.gen(function*() {
          const sql = yield* connect(one.app, one.database)
          yield* sql.unsafe("SELECT 1")
          assert.match(yield* refusal(run(removal)), /is being accessed by other users/)
        }))
        yield* run(removal)
        yield* run(removal)
        const left = yield* query<{ readonly name: string }>(
          superuser,
          "postgres",
          `SELECT datname AS name FROM pg_database WHERE datname LIKE 'tenant_plan-test%'
         UNION ALL SELECT rolname FROM pg_roles WHERE rolname LIKE 'tenant_plan-test%'`
        )
        assert.sameMembers(left.map(({ name }) => name), [two.database, two.owner, two.app, two.backup])
        yield* run(one.statements)
        assert.strictEqual((yield* query(one.owner, one.database, "SELECT 1")).length, 1)
      })),
    { timeout: 60_000 }
  )
})

describe("closePostgres", () => {
  const open = "SELECT has_database_privilege('public', 'postgres', 'CONNECT') AS open"

  it.effect("closes the database postgres to everybody else, once, and only for a login that may", () =>
    Effect.scoped(Effect.gen(function*() {
      const sql = yield* connect(superuser, "postgres")
      // Never committed: other tests work in this database.
      yield* sql.unsafe("BEGIN")
      yield* sql.unsafe("GRANT CONNECT ON DATABASE postgres TO PUBLIC")
      const generated = yield* sql.unsafe<Record<string, string>>(closePostgres)
      yield* Effect.forEach(generated.flatMap(Object.values), (statement) => sql.unsafe(statement))
      assert.deepStrictEqual(yield* sql.unsafe(open), [{ open: false }])
      assert.deepStrictEqual(yield* sql.unsafe(closePostgres), [])
      yield* sql.unsafe("GRANT CONNECT ON DATABASE postgres TO PUBLIC")
      yield* sql.unsafe("SET LOCAL ROLE pg_monitor")
      assert.deepStrictEqual(yield* sql.unsafe(closePostgres), [])
      yield* sql.unsafe("ROLLBACK")
    })))
})
