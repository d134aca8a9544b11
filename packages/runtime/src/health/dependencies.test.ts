import { assert, layer } from "@effect/vitest"
import { asTenant, OwnerSql, withTenant } from "@innkeeper/database"
import { makeTenant, TestDatabase } from "@innkeeper/testkit"
import { Effect, Layer, Schedule } from "effect"
import { SqlClient } from "effect/sql"
import { clusterLayer } from "../cluster/Cluster.ts"
import { announceConsumer } from "../event/ConsumerStore.ts"
import { migrations } from "../Migrations.ts"
import { runtimeHealth } from "./dependencies.ts"
import { Health, type HealthReport } from "./Health.ts"

const Live = runtimeHealth.pipe(
  Layer.provideMerge(clusterLayer({ kind: "embedded" })),
  Layer.provideMerge(Layer.fresh(Health.layer)),
  Layer.provideMerge(TestDatabase.layer([migrations]))
)

/** The report as soon as its status is this. */
const reportOf = (status: HealthReport["status"]) =>
  Effect.flatMap(
    Health,
    ({ report }) =>
      Effect.repeat(report, { until: (report) => report.status === status, schedule: Schedule.spaced("50 millis") })
  )

layer(Live, { excludeTestServices: true })("what the runtime depends on", (it) => {
  it.effect("is well when the database answers, shards are assigned and events are handled", () =>
    Effect.gen(function*() {
      const { dependencies, ready } = yield* reportOf("ok")
      assert.isTrue(ready)
      assert.sameMembers(
        dependencies.map(({ name }) => name),
        ["database", "events", "cluster", "cluster shards", "singletons", "schedules", "jobs"]
      )
    }))

  it.effect("is degraded, and ready, while a consumer leaves an event lie", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const acme = yield* makeTenant("health")
      yield* announceConsumer("sleeper", ["note.written"])
      yield* sql`
        INSERT INTO outbox_event (id, type, subject, payload, at)
        VALUES (uuidv7(), 'note.written', 'n', '{}', now() - interval '100 seconds'),
          (uuidv7(), 'note.read', 'n', '{}', now() - interval '1 day')`.pipe(withTenant, asTenant(acme))
      const { dependencies, ready } = yield* reportOf("degraded")
      assert.isTrue(ready)
      const events = dependencies.find(({ name }) => name === "events")
      assert.match(events!.reason!, /^sleeper is 10\d s behind$/)
      yield* sql`DELETE FROM event_consumer WHERE name = 'sleeper'`
      yield* reportOf("ok")
    }))

  it.effect("is down without the database, and well again with it", () =>
    Effect.gen(function*() {
      const { connection: { database } } = yield* TestDatabase
      const owner = yield* OwnerSql
      yield* owner`ALTER DATABASE ${owner(database)} CONNECTION LIMIT 0`
      yield* owner`
        SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid()`
      const { dependencies, ready } = yield* reportOf("down")
      assert.isFalse(ready)
      assert.strictEqual(dependencies.find(({ name }) => name === "database")!.status, "down")
      yield* owner`ALTER DATABASE ${owner(database)} CONNECTION LIMIT -1`
      yield* reportOf("ok")
    }))
})
