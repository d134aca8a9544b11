import { assert, layer } from "@effect/vitest"
import { TestDatabase } from "@innkeeper/testkit"
import { Clock, DateTime, Duration, Effect, Layer, Schedule } from "effect"
import { SqlClient } from "effect/sql"
import { TestClock } from "effect/testing"
import { clusterLayer } from "../cluster/Cluster.ts"
import { Expectations } from "../cluster/Expectations.ts"
import { Singletons } from "../cluster/Singletons.ts"
import { beat, lastBeats } from "../cluster/SingletonStore.ts"
import { migrations } from "../Migrations.ts"
import { announceSchedule, beginRun } from "../schedule/ScheduleStore.ts"
import { deadMansSwitches } from "./deadMansSwitches.ts"
import { Health } from "./Health.ts"

const Database = TestDatabase.layer([migrations])
const Live = Layer.merge(deadMansSwitches, Expectations.layer).pipe(
  Layer.provideMerge(Layer.fresh(Health.layer)),
  Layer.provideMerge(Database)
)

/** Waits for health to say this of a dependency; undefined stands for nothing. */
const reasonBecomes = (name: string, reason: string | undefined) =>
  Effect.flatMap(Health, ({ report }) =>
    Effect.repeat(report, {
      until: ({ dependencies, ready }) =>
        ready && dependencies.some((found) => found.name === name && found.reason === reason),
      schedule: Schedule.spaced("50 millis")
    }))

/** Expects it since 1970, as a process does that has run for long. */
const expectForLong = (kind: "singleton" | "schedule", name: string) =>
  Effect.flatMap(Expectations, ({ expect }) => expect(kind, name)).pipe(
    Effect.provideServiceEffect(Clock.Clock, TestClock.make())
  )

layer(Live, { excludeTestServices: true })("a dead man's switch", (it) => {
  it.effect("notices a singleton that nobody runs, once it had time to begin", () =>
    Effect.gen(function*() {
      const { expect } = yield* Expectations
      const sql = yield* SqlClient.SqlClient
      yield* beat("of an earlier release", "gone:1")
      yield* sql`UPDATE singleton_state SET beat_at = now() - interval '1 day'`
      yield* expect("singleton", "just begun")
      yield* reasonBecomes("singletons", undefined)
      yield* expectForLong("singleton", "lonely")
      yield* reasonBecomes("singletons", "nobody runs lonely")
      yield* beat("lonely", "here:1")
      yield* reasonBecomes("singletons", undefined)
      yield* sql`UPDATE singleton_state SET beat_at = now() - interval '61 seconds' WHERE name = 'lonely'`
      yield* reasonBecomes("singletons", "nobody runs lonely")
    }).pipe(Effect.scoped))

  it.effect("notices a schedule that misses its time by more than its tolerance", () =>
    Effect.gen(function*() {
      const now = DateTime.removeTime(yield* DateTime.now)
      const hourly = { name: "hourly", cron: "0 0 * * * *", zone: "UTC", tolerance: Duration.minutes(2), nextAt: now }
      yield* announceSchedule({ ...hourly, name: "of an earlier release" })
      yield* announceSchedule(hourly)
      yield* reasonBecomes("schedules", undefined)
      yield* expectForLong("schedule", "hourly")
      yield* reasonBecomes("schedules", `hourly did not run at ${DateTime.formatIso(now)}`)
      const startedAt = yield* DateTime.now
      yield* beginRun({
        name: "hourly",
        scheduledFor: now,
        startedAt,
        nextAt: DateTime.add(startedAt, { minutes: -1 })
      })
      yield* reasonBecomes("schedules", undefined)
    }).pipe(Effect.scoped))
})

layer(Layer.provideMerge(clusterLayer({ kind: "embedded" }), Database), { excludeTestServices: true })(
  "a singleton",
  (it) => {
    it.effect("writes down that it is run, and by whom", () =>
      Effect.gen(function*() {
        yield* Layer.build(Singletons.layer("beating", Effect.never))
        const [found] = yield* Effect.repeat(lastBeats, {
          until: (beats) => beats.length > 0,
          schedule: Schedule.spaced("20 millis")
        })
        assert.strictEqual(found!.name, "beating")
        assert.match(found!.runner, new RegExp(`:${process.pid}$`))
        assert.isBelow(found!.secondsAgo, 15)
      }).pipe(Effect.scoped))
  }
)
