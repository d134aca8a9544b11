import { assert, layer } from "@effect/vitest"
import { asTenant, withPlatform, withTenant } from "@innkeeper/database"
import { makeTenant, TestDatabase } from "@innkeeper/testkit"
import { Effect, Layer, Metric, Schedule } from "effect"
import { SqlClient } from "effect/sql"
import { announceConsumer } from "../event/ConsumerStore.ts"
import { migrations } from "../Migrations.ts"
import { backlogMetricsLayer } from "./backlogMetrics.ts"

/** The value of a gauge, by the value of its one label. */
const valuesOf = (id: string) =>
  Effect.map(Metric.snapshot, (snapshot) =>
    Object.fromEntries(
      snapshot.flatMap((metric) =>
        metric.id === id && metric.type === "Gauge"
          ? [[Object.values(metric.attributes ?? {})[0] ?? "", Number(metric.state.value)]]
          : []
      )
    ))

/** Begins to look, as a process does, until the gauges are as expected. */
const measuredUntil = (reached: Effect.Effect<boolean>) =>
  Effect.scoped(Effect.andThen(
    Layer.build(Layer.fresh(backlogMetricsLayer)),
    Effect.repeat(reached, { until: (is) => is, schedule: Schedule.spaced("20 millis") })
  ))

const has = (id: string) => Effect.map(valuesOf(id), (values) => Object.keys(values).length > 0)

/** All gauges have a value. */
const measured = measuredUntil(
  Effect.map(Effect.all([has("database_connections"), has("database_pool_wait_seconds")]), (all) => all.every(Boolean))
)

layer(TestDatabase.layer([migrations]), { excludeTestServices: true })("what waits", (it) => {
  it.effect("is told by consumer, entity and queue, and is 0 when nothing waits any more", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const acme = yield* makeTenant("backlog")
      yield* announceConsumer("sleeper", ["note.written"])
      yield* sql`
        INSERT INTO outbox_event (id, type, subject, payload, at)
        VALUES (uuidv7(), 'note.written', 'n', '{}', now() - interval '100 seconds')`.pipe(withTenant, asTenant(acme))
      yield* announceConsumer("removed", ["note.written"])
      yield* sql`UPDATE event_consumer SET seen_at = now() - interval '8 days' WHERE name = 'removed'`
      yield* withPlatform("test")(sql`INSERT INTO job_queue (name, partitions) VALUES ('mail', 1)`)
      yield* sql`
        INSERT INTO job (id, queue, partition, name, state, priority, payload, attempts, due_at, turn)
        VALUES (uuidv7(), 'mail', 0, 'send', 'ready', 'normal', '{}', 3, now() - interval '50 seconds', now()),
          (uuidv7(), 'mail', 0, 'send', 'scheduled', 'normal', '{}', 3, now() + interval '1 hour', now()),
          (uuidv7(), 'mail', 0, 'send', 'dead', 'normal', '{}', 3, now(), now())`.pipe(withTenant, asTenant(acme))
      yield* measured

      const about = (seconds: number, expected: number) => assert.approximately(seconds, expected, 20)
      about((yield* valuesOf("event_consumer_lag_seconds"))["sleeper"]!, 100)
      assert.deepStrictEqual(yield* valuesOf("event_consumer_waiting_events"), { sleeper: 1 })
      assert.deepStrictEqual(yield* valuesOf("jobs_waiting"), { mail: 1 })
      assert.deepStrictEqual(yield* valuesOf("jobs_dead"), { mail: 1 })
      about((yield* valuesOf("jobs_oldest_wait_seconds"))["mail"]!, 50)
      assert.isAbove((yield* valuesOf("database_connections"))["active"]!, 0)
      assert.isAtLeast((yield* valuesOf("database_pool_max_connections"))[""]!, 2)
      assert.isBelow((yield* valuesOf("database_pool_wait_seconds"))[""]!, 10)

      yield* sql`UPDATE job SET state = 'succeeded'`.pipe(withTenant, asTenant(acme))
      yield* sql`UPDATE event_consumer SET transaction = (SELECT max(transaction) FROM outbox_event), position = 9e9`
        .pipe(
          withPlatform("test")
        )
      yield* measuredUntil(Effect.map(valuesOf("jobs_waiting"), ({ mail }) => mail === 0))
      assert.strictEqual((yield* valuesOf("event_consumer_lag_seconds"))["sleeper"], 0)
    }))

  it.effect("tells of a process that gets no connection", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const most = (yield* valuesOf("database_pool_max_connections"))[""]!
      yield* Effect.scoped(Effect.gen(function*() {
        for (let taken = 0; taken < most; taken++) yield* sql.reserve
        yield* Effect.forkScoped(Layer.launch(Layer.fresh(backlogMetricsLayer)))
        yield* valuesOf("database_pool_wait_seconds").pipe(
          Effect.repeat({ until: (values) => values[""]! >= 9, schedule: Schedule.spaced("200 millis") })
        )
      }))
    }), 30_000)
})
