import { PgClient } from "@effect/sql-pg"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { Reactivity } from "effect/reactivity"
import { inject } from "vitest"
import type {} from "@innkeeper/testkit"
import { afterRestore } from "./afterRestore.ts"

const [database, owner, superuser] = ["after_restore_test", "after_restore_test_owner", "innkeeper_owner"]

const connect = (database: string) =>
  PgClient.make({ host: inject("postgresSocket"), username: superuser, database, maxConnections: 1 }).pipe(
    Effect.provideService(Reactivity.Reactivity, Effect.runSync(Reactivity.make))
  )

/** A database whose tables belong to a login that is no superuser, as a tenant's do. */
const scene = Effect.gen(function*() {
  const server = yield* connect("postgres")
  yield* Effect.acquireRelease(
    Effect.andThen(server.unsafe(`CREATE ROLE ${owner}`), server.unsafe(`CREATE DATABASE ${database} OWNER ${owner}`)),
    () =>
      Effect.orDie(
        Effect.andThen(server.unsafe(`DROP DATABASE ${database} WITH (FORCE)`), server.unsafe(`DROP ROLE ${owner}`))
      )
  )
  const sql = yield* connect(database)
  const all = (...texts: ReadonlyArray<string>) => Effect.forEach(texts, (text) => sql.unsafe(text), { discard: true })
  yield* all(
    `SET ROLE ${owner}`,
    "CREATE TABLE event_consumer (name text, types text[], transaction xid8, position bigint)",
    "CREATE TABLE cluster_locks (shard text)",
    "CREATE TABLE cluster_runners (address text)",
    ...["outbox_event", "dead_letter"].flatMap((table) => [
      `CREATE TABLE ${table} (tenant_id uuid, type text, transaction xid8, position bigint)`,
      `ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY`,
      `CREATE POLICY tenant ON ${table} USING (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid)`
    ]),
    "RESET ROLE",
    "INSERT INTO event_consumer VALUES ('pager', '{alert}', '900000000001', 7)",
    "INSERT INTO outbox_event VALUES (gen_random_uuid(), 'alert', '900000000000', 7), (gen_random_uuid(), 'alert', '900000000002', 8)",
    "INSERT INTO dead_letter VALUES (gen_random_uuid(), 'alert', '900000000000', 6)",
    "INSERT INTO cluster_locks VALUES ('1')"
  )
  return sql
})

describe("the statements that follow a restoration", () => {
  it.effect("reach every row as the owner of the tables, and leave row-level security as it was", () =>
    Effect.scoped(Effect.gen(function*() {
      const sql = yield* scene
      yield* sql.unsafe(`SET ROLE ${owner}`)
      const statements = afterRestore.replace(/^--.*$/gm, "").split(";").map((text) => text.trim())
      for (const statement of statements) if (statement !== "") yield* sql.unsafe(statement)
      yield* sql.unsafe("RESET ROLE")
      assert.deepStrictEqual(
        yield* sql.unsafe(`
          SELECT array(SELECT transaction::text FROM outbox_event) AS events,
            array(SELECT transaction::text FROM dead_letter) AS dead,
            (SELECT transaction || '/' || position FROM event_consumer) AS consumer,
            (SELECT count(*)::int FROM cluster_locks) AS locks,
            (SELECT bool_and(relforcerowsecurity) FROM pg_class WHERE relname IN ('outbox_event', 'dead_letter')) AS forced`),
        [{ events: ["3", "3"], dead: ["3"], consumer: "3/7", locks: 0, forced: true }]
      )
    })))
})
