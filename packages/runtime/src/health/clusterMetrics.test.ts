import { assert, layer } from "@effect/vitest"
import { asTenant, withPlatform, withTenant } from "@innkeeper/database"
import { makeTenant, TestDatabase } from "@innkeeper/testkit"
import { DateTime, Duration, Effect, Layer, Metric, Schedule } from "effect"
import { SqlClient } from "effect/sql"
import { TestClock } from "effect/testing"
import { Expectations } from "../cluster/Expectations.ts"
import { beat } from "../cluster/SingletonStore.ts"
import { announceConsumer } from "../event/ConsumerStore.ts"
import { buryEvent } from "../event/DeadLetterStore.ts"
import { DomainEvent } from "../event/DomainEvent.ts"
import { loseConnection } from "../loseConnection.fixture.ts"
import { migrations } from "../Migrations.ts"
import { announceSchedule, endRun } from "../schedule/ScheduleStore.ts"
import { clusterMetricsLayer } from "./clusterMetrics.ts"

/** What a process measures that begins now and has this singleton and schedule. */
const process = (name: string) => {
  const expected = Layer.effectDiscard(Effect.gen(function*() {
    const { expect } = yield* Expectations
    yield* expect("singleton", name)
    yield* expect("schedule", name)
  })).pipe(Layer.provide(Expectations.layer))
  return Layer.fresh(Layer.provide(clusterMetricsLayer, expected))
}

/** The value of a gauge with this attribute, once it was measured. */
const gauge = (id: string, attribute: string) =>
  Effect.map(Metric.snapshot, (metrics) => {
    const found = metrics.find((metric) =>
      metric.id === id && Object.values(metric.attributes ?? {}).includes(attribute)
    )
    return found?.type === "Gauge" ? Number(found.state.value) : undefined
  })

/** The value of a gauge with this attribute, as soon as a process that begins now has measured it. */
const measured = Effect.fnUntraced(
  function*(id: string, attribute: string, wanted: (value: number) => boolean = () => true) {
    yield* Layer.build(process(attribute))
    return yield* Effect.repeat(gauge(id, attribute), {
      until: (value) => value !== undefined && wanted(value),
      schedule: Schedule.spaced("10 millis")
    })
  },
  Effect.scoped
)

layer(TestDatabase.layer([migrations]), { excludeTestServices: true })(
  "metrics of the cluster",
  (it) => {
    it.effect("tell when a singleton and a schedule were last run, wherever that was", () =>
      Effect.gen(function*() {
        const now = yield* DateTime.now
        yield* beat("metered", "another pod:1")
        const times = { name: "metered", nextAt: now }
        yield* announceSchedule({ ...times, cron: "0 0 * * * *", zone: "UTC", tolerance: Duration.minutes(2) })
        yield* endRun({ ...times, endedAt: now, duration: Duration.seconds(1), error: null })
        const seconds = DateTime.toEpochMillis(now) / 1000
        assert.strictEqual(yield* measured("schedule_last_success_timestamp_seconds", "metered"), seconds)
        assert.approximately((yield* measured("singleton_last_beat_timestamp_seconds", "metered"))!, seconds, 5)
      }))

    it.effect("count the dead letters that nobody has dealt with", () =>
      Effect.gen(function*() {
        const acme = yield* makeTenant("metrics")
        const sql = yield* SqlClient.SqlClient
        const event = new DomainEvent({
          transaction: 1n,
          position: 1n,
          id: "01980000-0000-7000-8000-000000000001",
          tenantId: acme,
          type: "note.written",
          subject: "n",
          payload: null,
          at: yield* DateTime.now,
          traceparent: null,
          recipient: null
        })
        yield* announceConsumer("unlucky", ["note.written"])
        yield* withPlatform("test")(buryEvent("unlucky", event, "no"))
        assert.strictEqual(yield* measured("dead_letters", "unlucky", (count) => count > 0), 1)
        yield* sql`UPDATE dead_letter SET state = 'discarded', settled_at = now()`.pipe(withTenant, asTenant(acme))
        assert.strictEqual(yield* measured("dead_letters", "unlucky", (count) => count === 0), 0)
      }))

    it.layer(TestClock.layer())((it) => {
      it.effect("are measured again after the connection was lost in the middle of it", () =>
        Effect.gen(function*() {
          const sql = yield* SqlClient.SqlClient
          yield* announceConsumer("watched", ["note.written"])
          yield* loseConnection("dead_letter", Layer.build(process("watched")))
          // A statement takes real time, for what does not wait on the clock.
          yield* Effect.andThen(sql`SELECT 1`, TestClock.adjust("15 seconds")).pipe(
            Effect.repeat({ until: () => Effect.map(gauge("dead_letters", "watched"), (count) => count !== undefined) })
          )
        }).pipe(Effect.scoped))
    })
  }
)
