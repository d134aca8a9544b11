import { assert, layer } from "@effect/vitest"
import { asTenant, withPlatform, withTenant } from "@innkeeper/database"
import { makeTenant, TestDatabase } from "@innkeeper/testkit"
import { DateTime, Duration, Effect, Layer, Metric, Schedule } from "effect"
import { SqlClient } from "effect/sql"
import { Expectations } from "../cluster/Expectations.ts"
import { beat } from "../cluster/SingletonStore.ts"
import { announceConsumer } from "../event/ConsumerStore.ts"
import { buryEvent } from "../event/DeadLetterStore.ts"
import { DomainEvent } from "../event/DomainEvent.ts"
import { migrations } from "../Migrations.ts"
import { announceSchedule, endRun } from "../schedule/ScheduleStore.ts"
import { clusterMetricsLayer } from "./clusterMetrics.ts"

/** The value of a gauge with this attribute, as soon as a process that begins now has measured it. */
const measured = Effect.fnUntraced(
  function*(id: string, attribute: string, wanted: (value: number) => boolean = () => true) {
    const expected = Layer.effectDiscard(Effect.gen(function*() {
      const { expect } = yield* Expectations
      yield* expect("singleton", attribute)
      yield* expect("schedule", attribute)
    })).pipe(Layer.provide(Expectations.layer))
    yield* Layer.build(Layer.fresh(Layer.provide(clusterMetricsLayer, expected)))
    const gauge = Effect.map(Metric.snapshot, (metrics) => {
      const found = metrics.find((metric) =>
        metric.id === id && Object.values(metric.attributes ?? {}).includes(attribute)
      )
      return found?.type === "Gauge" ? Number(found.state.value) : undefined
    })
    return yield* Effect.repeat(gauge, {
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
  }
)
