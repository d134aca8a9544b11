import { assert, layer } from "@effect/vitest"
import { makeTenant, TestDatabase } from "@innkeeper/testkit"
import { Effect, Layer, Schedule } from "effect"
import { Reactivity } from "effect/reactivity"
import { SqlClient } from "effect/sql"
import { TestClock } from "effect/testing"
import type { MigrationSet } from "./MigrationSet.ts"
import { OwnerSql } from "./OwnerSql.ts"
import { platformSql } from "./PlatformSql.ts"
import { asTenant, withPlatform, withRemoval, withSnapshot, withTenant } from "./TenantScope.ts"
import { tenantTable } from "./TenantTable.ts"

const notes: MigrationSet = {
  table: "notes_migrations",
  migrations: {
    "0001_note": Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      yield* sql`CREATE TABLE note (id uuid NOT NULL DEFAULT uuidv7(), text text NOT NULL)`
      yield* tenantTable("note")
      yield* sql`CREATE TABLE receipt (id uuid NOT NULL DEFAULT uuidv7(), text text NOT NULL)`
      yield* tenantTable("receipt", { appendOnly: true })
    })
  }
}

/** A note of each of two new tenants. */
const twoTenants = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const [row] = yield* sql<{ suffix: string }>`SELECT substr(md5(random()::text), 1, 8) AS suffix`
  const acme = yield* makeTenant(`acme-${row!.suffix}`)
  const globex = yield* makeTenant(`globex-${row!.suffix}`)
  yield* sql`INSERT INTO note (text) VALUES ('of acme')`.pipe(withTenant, asTenant(acme))
  yield* sql`INSERT INTO note (text) VALUES ('of globex')`.pipe(withTenant, asTenant(globex))
  const texts = Effect.map(
    sql<{ text: string }>`SELECT text FROM note ORDER BY id`,
    (rows) => rows.map(({ text }) => text)
  )
  return { sql, acme, globex, texts }
})

const reason = Effect.fnUntraced(
  function*<A, E extends { readonly message: string }, R>(effect: Effect.Effect<A, E, R>) {
    const error = yield* Effect.flip(effect)
    const { cause } = error as { readonly cause?: { readonly cause?: { readonly message?: string } } }
    return cause?.cause?.message ?? error.message
  }
)

layer(TestDatabase.layer([notes]))("tenant scope", (it) => {
  it.effect("shows a tenant its own rows and nobody else's", () =>
    Effect.gen(function*() {
      const { acme, globex, texts } = yield* twoTenants
      assert.deepStrictEqual(yield* texts.pipe(withTenant, asTenant(acme)), ["of acme"])
      assert.deepStrictEqual(yield* texts.pipe(withTenant, asTenant(globex)), ["of globex"])
    }))

  it.effect("shows nothing to a query that forgets the tenant", () =>
    Effect.gen(function*() {
      const { acme, sql, texts } = yield* twoTenants
      assert.deepStrictEqual(yield* texts, [])
      assert.deepStrictEqual(yield* sql.withTransaction(texts), [])
      assert.deepStrictEqual(yield* asTenant(acme)(texts), [])
      assert.deepStrictEqual(yield* sql`UPDATE note SET text = 'lost' RETURNING id`, [])
      assert.deepStrictEqual(yield* sql`DELETE FROM note RETURNING id`, [])
    }))

  it.effect("refuses a row without a tenant", () =>
    Effect.gen(function*() {
      const { sql } = yield* twoTenants
      assert.match(yield* reason(sql`INSERT INTO note (text) VALUES ('of nobody')`), /row-level security|null value/)
    }))

  it.effect("refuses a row for another tenant", () =>
    Effect.gen(function*() {
      const { acme, globex, sql } = yield* twoTenants
      const insert = sql`INSERT INTO note (tenant_id, text) VALUES (${globex}, 'planted')`
      assert.match(yield* reason(insert.pipe(withTenant, asTenant(acme))), /row-level security/)
    }))

  it.effect("refuses to move a row to another tenant", () =>
    Effect.gen(function*() {
      const { acme, globex, sql, texts } = yield* twoTenants
      const move = sql`UPDATE note SET tenant_id = ${globex}`
      assert.match(yield* reason(move.pipe(withTenant, asTenant(acme))), /row-level security/)
      assert.deepStrictEqual(yield* texts.pipe(withTenant, asTenant(globex)), ["of globex"])
    }))

  it.effect("leaves no tenant behind on a connection, after a commit or a failure", () =>
    Effect.gen(function*() {
      const { acme, texts } = yield* twoTenants
      const all = Effect.all(Array.from({ length: 30 }, () => texts), { concurrency: "unbounded" })
      yield* Effect.all(Array.from({ length: 30 }, () => texts.pipe(withTenant, asTenant(acme))), {
        concurrency: "unbounded"
      })
      assert.deepStrictEqual((yield* all).flat(), [])
      yield* Effect.exit(Effect.andThen(texts, Effect.fail("no")).pipe(withTenant, asTenant(acme)))
      assert.deepStrictEqual((yield* all).flat(), [])
    }))

  it.effect("is one transaction: a failure undoes all of it", () =>
    Effect.gen(function*() {
      const { acme, sql, texts } = yield* twoTenants
      const insert = withTenant(sql`INSERT INTO note (text) VALUES ('half')`)
      yield* Effect.flip(Effect.andThen(insert, Effect.fail("no")).pipe(withTenant, asTenant(acme)))
      assert.deepStrictEqual(yield* texts.pipe(withTenant, asTenant(acme)), ["of acme"])
    }))

  it.effect("goes on in the same transaction when nested for the same tenant", () =>
    Effect.gen(function*() {
      const { acme, sql } = yield* twoTenants
      const transactionId = Effect.map(sql<{ id: string }>`SELECT pg_current_xact_id()::text AS id`, ([row]) => row!.id)
      const [outer, inner] = yield* Effect.all([transactionId, withTenant(transactionId)]).pipe(
        withTenant,
        asTenant(acme)
      )
      assert.strictEqual(outer, inner)
    }))

  it.effect("goes back to the outer scope after a nested one, whether that succeeds or fails", () =>
    Effect.gen(function*() {
      const { acme, globex, texts } = yield* twoTenants
      const seen = yield* Effect.all([
        texts,
        texts.pipe(withTenant, asTenant(globex)),
        texts,
        withPlatform("test")(Effect.as(texts, "platform")),
        texts,
        Effect.exit(Effect.andThen(texts, Effect.fail("no")).pipe(withTenant, asTenant(globex))).pipe(
          Effect.as("failed")
        ),
        texts
      ]).pipe(withTenant, asTenant(acme))
      assert.deepStrictEqual(seen, [
        ["of acme"],
        ["of globex"],
        ["of acme"],
        "platform",
        ["of acme"],
        "failed",
        ["of acme"]
      ])
    }))

  it.effect("opens a transaction of its own after the commit of another", () =>
    Effect.gen(function*() {
      const { acme, sql, texts } = yield* twoTenants
      const after: Array<string> = []
      yield* sql.afterCommit(
        texts.pipe(withTenant, asTenant(acme), Effect.map((rows) => void after.push(...rows)), Effect.orDie)
      ).pipe(withTenant, asTenant(acme))
      assert.deepStrictEqual(after, ["of acme"])
    }))
})

layer(Layer.merge(TestDatabase.layer([notes]), Reactivity.layer))("platform scope", (it) => {
  it.effect("sees every tenant's rows and may write for each", () =>
    Effect.gen(function*() {
      const { acme, globex, sql, texts } = yield* twoTenants
      assert.deepStrictEqual(yield* withPlatform("test")(texts), ["of acme", "of globex"])
      yield* withPlatform("test")(sql`INSERT INTO note (tenant_id, text) VALUES (${globex}, 'welcome')`)
      assert.deepStrictEqual(yield* texts.pipe(withTenant, asTenant(globex)), ["of globex", "welcome"])
      assert.deepStrictEqual(yield* texts.pipe(withTenant, asTenant(acme)), ["of acme"])
    }))

  it.effect("ends with its transaction", () =>
    Effect.gen(function*() {
      const { sql, texts } = yield* twoTenants
      yield* withPlatform("test")(texts)
      assert.deepStrictEqual(yield* texts, [])
      assert.deepStrictEqual(yield* sql`SELECT current_user::text AS name`, [{ name: "innkeeper_app" }])
    }))

  it.effect("holds for a session of its own, which keeps the limits of the pool", () =>
    Effect.gen(function*() {
      const { acme, texts } = yield* twoTenants
      const session = yield* platformSql({ enable_seqscan: "off" })
      const onSession = Effect.provideService(SqlClient.SqlClient, session)
      const [row] = yield* session<{ role: string; seqscan: string; limit: string; tenants: number }>`
        SELECT current_user::text AS role, current_setting('enable_seqscan') AS seqscan,
          current_setting('statement_timeout') AS limit, (SELECT count(DISTINCT tenant_id)::int FROM note) AS tenants`
      assert.deepInclude(row, { role: "innkeeper_platform", seqscan: "off", limit: "15s" })
      assert.isAtLeast(row!.tenants, 2)
      yield* onSession(asTenant(acme)(withTenant(Effect.void)))
      assert.deepStrictEqual(yield* session`SELECT current_user::text AS role`, [{ role: "innkeeper_platform" }])
      assert.deepStrictEqual(yield* texts, [])
    }).pipe(Effect.scoped))

  it.effect("cannot change or delete what is append-only, nor can a tenant", () =>
    Effect.gen(function*() {
      const { acme, sql } = yield* twoTenants
      yield* sql`INSERT INTO receipt (text) VALUES ('kept')`.pipe(withTenant, asTenant(acme))
      for (
        const scope of [
          withPlatform("test"),
          <A, E, R>(self: Effect.Effect<A, E, R>) => asTenant(acme)(withTenant(self))
        ]
      ) {
        assert.match(yield* reason(scope(sql`UPDATE receipt SET text = 'gone'`)), /permission denied/)
        assert.match(yield* reason(scope(sql`DELETE FROM receipt`)), /permission denied/)
        assert.match(yield* reason(scope(sql`TRUNCATE receipt`)), /permission denied/)
      }
    }))

  it.effect("is needed by no removal: that sees and deletes one tenant's rows, and changes none", () =>
    Effect.gen(function*() {
      const { acme, globex, sql, texts } = yield* twoTenants
      for (const tenant of [acme, globex]) {
        yield* sql`INSERT INTO receipt (text) VALUES ('of a year ago')`.pipe(withTenant, asTenant(tenant))
      }
      const remove = <A, E, R>(self: Effect.Effect<A, E, R>) => asTenant(acme)(withRemoval(self))
      assert.deepStrictEqual(yield* remove(texts), ["of acme"])
      assert.strictEqual((yield* remove(sql`DELETE FROM receipt RETURNING id`)).length, 1)
      assert.match(yield* reason(remove(sql`UPDATE note SET text = 'gone'`)), /permission denied/)
      assert.match(yield* reason(remove(sql`INSERT INTO note (text) VALUES ('new')`)), /permission denied/)
      assert.match(yield* reason(remove(sql`SELECT * FROM tenant`)), /permission denied/)
      assert.deepStrictEqual(yield* texts.pipe(withTenant, asTenant(globex)), ["of globex"])
      const receipts = Effect.map(sql`SELECT FROM receipt`, (rows) => rows.length)
      assert.strictEqual(yield* receipts.pipe(withTenant, asTenant(globex)), 1)
    }))

  it.effect("is the only way to the registry: a tenant reads its own row and changes none", () =>
    Effect.gen(function*() {
      const { acme, sql } = yield* twoTenants
      const ids = Effect.map(sql<{ id: string }>`SELECT id FROM tenant`, (rows) => rows.map(({ id }) => id))
      assert.deepStrictEqual(yield* ids, [])
      assert.deepStrictEqual(yield* ids.pipe(withTenant, asTenant(acme)), [acme])
      assert.match(
        yield* reason(sql`UPDATE tenant SET name = 'mine'`.pipe(withTenant, asTenant(acme))),
        /permission denied/
      )
    }))
})

layer(TestDatabase.layer([notes]))("snapshot", (it) => {
  it.effect("sees what was there at its beginning, holds no reader of events back, and changes nothing", () =>
    Effect.gen(function*() {
      const { acme, globex, sql, texts } = yield* twoTenants
      const owner = yield* OwnerSql
      const seen = yield* Effect.gen(function*() {
        const first = yield* texts
        const [written] = yield* owner<{ id: string }>`
          INSERT INTO note (tenant_id, text) VALUES (${acme}, 'later') RETURNING pg_current_xact_id()::text AS id`
        // Transactions of others on the server hold the horizon back as well, each for a moment.
        const passed = yield* owner<{ passed: boolean }>`
          SELECT pg_snapshot_xmin(pg_current_snapshot()) > ${written!.id}::xid8 AS passed`.pipe(
          Effect.map(([row]) => row!.passed),
          Effect.repeat({
            until: (passed) => passed,
            schedule: Schedule.spaced("50 millis").pipe(Schedule.upTo({ duration: "20 seconds" }))
          }),
          TestClock.withLive
        )
        return { first, second: yield* texts, passed }
      }).pipe(withSnapshot, asTenant(acme))
      assert.deepStrictEqual(seen, { first: ["of acme"], second: ["of acme"], passed: true })
      assert.deepStrictEqual(yield* texts.pipe(withTenant, asTenant(acme)), ["of acme", "later"])
      assert.match(yield* reason(sql`DELETE FROM note`.pipe(withSnapshot, asTenant(acme))), /read-only/)
      assert.deepStrictEqual(yield* texts.pipe(withSnapshot, asTenant(globex)), ["of globex"])
    }))
})

layer(TestDatabase.layer([notes]))("policies", (it) => {
  it.effect("hold the owner back too, when that is no superuser", () =>
    Effect.gen(function*() {
      yield* twoTenants
      const owner = yield* OwnerSql
      const rows = yield* owner.withTransaction(Effect.gen(function*() {
        yield* owner`CREATE ROLE plain_owner`
        yield* owner`GRANT CREATE ON SCHEMA public TO plain_owner`
        yield* owner`ALTER TABLE note OWNER TO plain_owner`
        yield* owner`SET LOCAL ROLE plain_owner`
        return yield* owner`SELECT * FROM note`
      }))
      assert.deepStrictEqual(rows, [])
    }))
})
