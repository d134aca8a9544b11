import { NodeServices } from "@effect/platform-node"
import { assert, layer } from "@effect/vitest"
import type { TenantId } from "@innkeeper/config"
import { asTenant, findTenantTables, type MigrationSet, OwnerSql, tenantTable, withTenant } from "@innkeeper/database"
import { migrations as runtime } from "@innkeeper/runtime"
import { makeTenant, TestDatabase } from "@innkeeper/testkit"
import { Context, Deferred, Effect, Fiber, FileSystem, Layer, Path, Redacted, Schema, Stream } from "effect"
import { SqlClient } from "effect/sql"
import { gunzipSync, gzipSync } from "node:zlib"
import { AdminAudit } from "../console/AdminAudit.ts"
import { migrations } from "../Migrations.ts"
import { ArchiveName, ArchiveStorage } from "./ArchiveStorage.ts"
import { TenantArchive } from "./TenantArchive.ts"
import { readRows } from "./TenantRowStore.ts"

/** One table of columns that are easily changed on their way, one that refers to it, one that is only ever added to. */
const specimens: MigrationSet = {
  table: "specimen_migrations",
  migrations: {
    "0001_specimens": Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      yield* sql`
        CREATE TABLE z_parent (
          number bigint GENERATED ALWAYS AS IDENTITY,
          exact numeric,
          wide double precision,
          at timestamptz,
          day date,
          bytes bytea,
          tree jsonb,
          source json,
          names text[],
          padded char(6),
          "odd ""name" text,
          length int GENERATED ALWAYS AS (length("odd ""name")) STORED
        )`
      yield* tenantTable("z_parent", { key: ["number"] })
      yield* sql`CREATE TABLE a_child (id int NOT NULL, parent bigint NOT NULL, text text NOT NULL)`
      yield* tenantTable("a_child")
      yield* sql`
        ALTER TABLE a_child ADD FOREIGN KEY (tenant_id, parent) REFERENCES z_parent (tenant_id, number)`
      yield* sql`CREATE TABLE receipt (id int NOT NULL, text text NOT NULL)`
      yield* tenantTable("receipt", { appendOnly: true })
    })
  }
}

class Folder extends Context.Service<Folder, string>()("test/Folder") {}
const secret = Redacted.make("a secret of at least thirty-two characters")

const Live = TenantArchive.layer({ secret }).pipe(
  Layer.provideMerge(Layer.unwrap(Effect.map(Folder, ArchiveStorage.folder))),
  Layer.provideMerge(AdminAudit.layer),
  Layer.provideMerge(Layer.effect(
    Folder,
    Effect.gen(function*() {
      const [fs, path] = [yield* FileSystem.FileSystem, yield* Path.Path]
      return path.join(yield* fs.makeTempDirectoryScoped(), "made", "when needed")
    })
  )),
  Layer.provideMerge(Layer.mergeAll(TestDatabase.layer([runtime, migrations, specimens]), NodeServices.layer))
)

const scoped = (tenant: TenantId) => <A, E, R>(effect: Effect.Effect<A, E, R>) => asTenant(tenant)(withTenant(effect))

/** A tenant with rows of all kinds. */
const makeFilled = Effect.fn("makeFilled")(function*(slug: string) {
  const sql = yield* SqlClient.SqlClient
  const tenant = yield* makeTenant(slug)
  yield* Effect.all([
    sql`
      INSERT INTO z_parent (exact, wide, at, day, bytes, tree, source, names, padded, "odd ""name")
      VALUES
        (1234567890123456789.000100, 'NaN', '2026-10-25 02:30:00.123456+02', '4712-01-01 BC', '\\x00ff0a', 'null',
          '{ "b": 1,  "b": "\\u0000" }', ARRAY['a', NULL, 'null', '{"', E'line\\nline'], 'x', E'\\r\\n\\u2028"'),
        (NULL, 1e-310, 'infinity', 'infinity', '', '{"deep": [1.10, null]}', 'null', '{}', '', ''),
        ('NaN', 0.1, '-infinity', NULL, NULL, NULL, NULL, NULL, NULL, NULL)`,
    sql`INSERT INTO a_child (id, parent, text) SELECT number, number, 'of it' FROM z_parent`,
    sql`INSERT INTO receipt (id, text) VALUES (1, 'kept')`,
    sql`
      INSERT INTO job (id, queue, partition, name, state, priority, payload, attempt, attempts, due_at, turn)
      VALUES (uuidv7(), 'q', 0, 'n', 'ready', 'low', '"\\u0000"', 0, 3, now(), now())`
  ]).pipe(scoped(tenant))
  return tenant
})

/** Every row of each table, as text, as the owner sees it. */
const rowsOf = Effect.fn("rowsOf")(function*(tenant: TenantId) {
  const owner = yield* OwnerSql
  const tables = yield* Effect.provideService(findTenantTables(), SqlClient.SqlClient, owner)
  const found = yield* Effect.forEach(tables, ({ name }) =>
    Effect.map(
      owner<{ row: string }>`
        SELECT row_to_json(t)::text || ' ' || t::text AS row FROM ${
        owner(name)
      } t WHERE tenant_id = ${tenant} ORDER BY 1`,
      (rows) => [name, rows.map(({ row }) => row)] as const
    ))
  return Object.fromEntries(found.filter(([, rows]) => rows.length > 0))
})

/** Another service on the same database. */
const archiveWith = (options: {
  readonly secret: Redacted.Redacted<string>
  readonly storage: ArchiveStorage["Service"]
}) =>
  Effect.map(
    Layer.build(
      Layer.fresh(TenantArchive.layer(options)).pipe(
        Layer.provide(Layer.succeed(ArchiveStorage, options.storage))
      )
    ),
    Context.get(TenantArchive)
  )

const messageOf = <A, E extends { readonly message: string }, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.map(Effect.flip(effect), ({ message }) => message)

layer(Live, { timeout: "60 seconds", excludeTestServices: true })("TenantArchive", (it) => {
  it.effect("gives back what was removed, whatever its type, and touches nobody else", () =>
    Effect.gen(function*() {
      const archive = yield* TenantArchive
      const [acme, globex] = [yield* makeFilled("acme"), yield* makeFilled("globex")]
      const [before, others] = [yield* rowsOf(acme), yield* rowsOf(globex)]
      assert.deepStrictEqual(Object.keys(before).sort(), ["a_child", "job", "receipt", "z_parent"])

      const { bytes, name, rows } = yield* archive.write(acme)
      assert.strictEqual(rows, 8)
      assert.match(name, /^acme\.\d{8}T\d{6}Z\./)
      assert.isAbove(bytes, 100)
      assert.match(yield* messageOf(archive.restore(name, acme)), /the tenant has rows in/)
      assert.deepStrictEqual(yield* rowsOf(acme), before)

      assert.deepStrictEqual(yield* archive.remove(acme), { rows: 8 })
      assert.deepStrictEqual(yield* rowsOf(acme), {})
      assert.deepStrictEqual(yield* archive.remove(acme), { rows: 0 })

      assert.deepStrictEqual(yield* archive.restore(name, acme), { rows: 8 })
      assert.deepStrictEqual(yield* rowsOf(acme), before)
      assert.deepStrictEqual(yield* rowsOf(globex), others)
      const recorded = yield* (yield* AdminAudit).list({ limit: 10 })
      assert.deepStrictEqual(
        recorded.map(({ action, subject }) => [action, subject]),
        ["tenant.restored", "tenant.rows.removed", "tenant.archived"].map((action) => [action, `tenant:${acme}`])
      )
    }))

  it.effect("archives one moment, while others write", () =>
    Effect.gen(function*() {
      const [archive, owner, storage] = [yield* TenantArchive, yield* OwnerSql, yield* ArchiveStorage]
      const tenant = yield* makeFilled("moment")
      const before = yield* rowsOf(tenant)
      const [begun, written] = [yield* Deferred.make<void>(), yield* Deferred.make<void>()]
      // The snapshot is taken before the first byte; then rows come, and the storage goes on.
      const slow = ArchiveStorage.of({
        ...storage,
        write: (name, content) =>
          Effect.gen(function*() {
            yield* Deferred.succeed(begun, undefined)
            yield* Deferred.await(written)
            return yield* storage.write(name, content)
          })
      })
      const slowly = yield* archiveWith({ secret, storage: slow })
      const fiber = yield* Effect.forkChild(slowly.write(tenant))
      yield* Deferred.await(begun)
      yield* owner`INSERT INTO receipt (tenant_id, id, text) SELECT ${tenant}::uuid, n, 'late' FROM generate_series(2, 500) n`
      yield* owner`DELETE FROM a_child WHERE tenant_id = ${tenant}`
      yield* Deferred.succeed(written, undefined)
      const { name, rows } = yield* Fiber.join(fiber)
      assert.strictEqual(rows, 8)
      yield* archive.remove(tenant)
      yield* archive.restore(name, tenant)
      assert.deepStrictEqual(yield* rowsOf(tenant), before)
    }))

  it.effect("archives 50 000 rows and gives them back", () =>
    Effect.gen(function*() {
      const [archive, sql] = [yield* TenantArchive, yield* SqlClient.SqlClient]
      const tenant = yield* makeTenant("large")
      yield* sql`INSERT INTO receipt (id, text) SELECT n, md5(n::text) FROM generate_series(1, 50000) AS n`.pipe(
        scoped(tenant)
      )
      const { name, rows } = yield* archive.write(tenant)
      assert.strictEqual(rows, 50_000)
      assert.deepStrictEqual(yield* archive.remove(tenant), { rows: 50_000 })
      assert.deepStrictEqual(yield* archive.restore(name, tenant), { rows: 50_000 })
      const [sum] = yield* sql<{ same: boolean }>`
        SELECT count(*) = 50000 AND bool_and(text = md5(id::text)) AS same FROM receipt`.pipe(scoped(tenant))
      assert.isTrue(sum?.same)
    }))

  it.effect("has a few rows in memory: fewer where they are long", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const tenant = yield* makeTenant("long")
      yield* sql`
        INSERT INTO receipt (id, text)
        SELECT n, repeat('x', CASE WHEN n <= 2000 THEN 10 ELSE 30000 END) FROM generate_series(1, 3000) AS n`.pipe(
        scoped(tenant)
      )
      const table = (yield* findTenantTables()).find(({ name }) => name === "receipt")!
      const reads: Array<{ readonly rows: number; readonly length: number }> = []
      yield* Stream.runForEachArray(readRows(table), (lines) =>
        Effect.sync(() => reads.push({ rows: lines.length, length: lines.join().length }))).pipe(scoped(tenant))
      assert.strictEqual(
        reads.reduce((sum, { rows }) =>
          sum + rows, 0),
        3000
      )
      assert.isAtMost(Math.max(...reads.map(({ rows }) => rows)), 256)
      assert.isAtMost(reads.filter(({ length }) => length > 1_100_000).length, 1)
    }))

  it.effect("refuses what was cut, changed, sealed elsewhere, or is another tenant's or version's", () =>
    Effect.gen(function*() {
      const [archive, storage, folder, fs, owner, path] = [
        yield* TenantArchive,
        yield* ArchiveStorage,
        yield* Folder,
        yield* FileSystem.FileSystem,
        yield* OwnerSql,
        yield* Path.Path
      ]
      const [tenant, other] = [yield* makeFilled("refusals"), yield* makeTenant("refusals-2")]
      const { name } = yield* archive.write(tenant)
      yield* archive.remove(tenant)
      const file = path.join(folder, name)
      const whole = yield* fs.readFile(file)
      const text = gunzipSync(whole).toString()
      const lines = text.trimEnd().split("\n")
      const changed: Record<string, Uint8Array> = {
        "the file is cut": whole.subarray(0, whole.length - 20),
        "the end of the content is cut": gzipSync(`${lines.slice(0, -1).join("\n")}\n`),
        "a row is left out": gzipSync(text.replace(`${lines.find((line) => line.startsWith("["))}\n`, "")),
        "a value is changed": gzipSync(text.replace("of it", "of me")),
        "something follows": gzipSync(`${text}[]\n`),
        "a byte is changed": Uint8Array.from(whole, (byte, at) => at === 300 ? byte ^ 1 : byte),
        "it is no archive": new TextEncoder().encode("hello"),
        "it is empty": new Uint8Array()
      }
      for (const [what, bytes] of Object.entries(changed)) {
        yield* fs.writeFile(file, bytes)
        assert.match(yield* messageOf(archive.restore(name, tenant)), /it is not whole/, what)
      }
      yield* fs.writeFile(file, whole)
      const elsewhere = yield* archiveWith({
        secret: Redacted.make("another secret of thirty-two characters"),
        storage
      })
      assert.match(yield* messageOf(elsewhere.restore(name, tenant)), /it is not whole/)
      assert.match(yield* messageOf(archive.restore(name, other)), /it is of another tenant, refusals\./)
      yield* owner`INSERT INTO specimen_migrations (migration_id, name) VALUES (2, 'later')`
      assert.match(
        yield* messageOf(archive.restore(name, tenant)),
        /tables have changed since it was written \(specimen_migrations: 1 then, 2 now\)/
      )
      yield* owner`DELETE FROM specimen_migrations WHERE migration_id = 2`
      assert.deepStrictEqual(yield* rowsOf(tenant), {})
      yield* archive.restore(name, tenant)
    }))

  it.effect("removes what comes while it removes", () =>
    Effect.gen(function*() {
      const [archive, owner, sql] = [yield* TenantArchive, yield* OwnerSql, yield* SqlClient.SqlClient]
      const tenant = yield* makeFilled("busy")
      // A child that another session is just writing holds its parent.
      const [begun, go] = [yield* Deferred.make<void>(), yield* Deferred.make<void>()]
      const writer = yield* Effect.forkChild(owner.withTransaction(Effect.gen(function*() {
        yield* owner`
          INSERT INTO a_child (tenant_id, id, parent, text)
          SELECT tenant_id, 99, max(number), 'late' FROM z_parent WHERE tenant_id = ${tenant} GROUP BY tenant_id`
        yield* Deferred.succeed(begun, undefined)
        yield* Deferred.await(go)
      })))
      yield* Deferred.await(begun)
      const fiber = yield* Effect.forkChild(archive.remove(tenant))
      const childrenGone = Effect.map(
        sql`SELECT FROM a_child`.pipe(scoped(tenant)),
        (rows) => rows.length === 0
      )
      yield* Effect.repeat(childrenGone, { until: (gone) => gone })
      yield* Deferred.succeed(go, undefined)
      yield* Fiber.join(writer)
      yield* Fiber.join(fiber)
      assert.deepStrictEqual(yield* rowsOf(tenant), {})
    }))

  it.effect("keeps files from others, leaves no half ones, and knows no names but its own", () =>
    Effect.gen(function*() {
      const [archive, folder, fs, path] = [
        yield* TenantArchive,
        yield* Folder,
        yield* FileSystem.FileSystem,
        yield* Path.Path
      ]
      const tenant = yield* makeFilled("files")
      const { name } = yield* archive.write(tenant)
      assert.strictEqual((yield* fs.stat(folder)).mode & 0o777, 0o700)
      assert.strictEqual((yield* fs.stat(path.join(folder, name))).mode & 0o777, 0o600)
      assert.deepStrictEqual((yield* fs.readDirectory(folder)).filter((file) => file.startsWith(".")), [])
      const isName = Schema.is(ArchiveName)
      assert.isTrue(isName(name))
      for (const wrong of ["../secrets.json", `../${name}`, `/tmp/${name}`, `${name}\n`, "", `.${name}`]) {
        assert.isFalse(isName(wrong), wrong)
      }
      const missing = ArchiveName.make(name.replace(/^files/, "gone"))
      assert.match(yield* messageOf(archive.restore(missing, tenant)), /^There is no archive gone\./)
      assert.strictEqual(
        (yield* Effect.flip(archive.write("00000000-0000-4000-8000-000000000000" as TenantId)))._tag,
        "NotFound"
      )
    }))
})
