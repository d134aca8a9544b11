import { assert, layer } from "@effect/vitest"
import { freePort, TestDatabase } from "@innkeeper/testkit"
import { DateTime, Effect, Exit, Layer, Queue, Schedule, Scope } from "effect"
import { ClusterCron } from "effect/cluster"
import { SqlClient } from "effect/sql"
import { clusterLayer } from "../cluster/Cluster.ts"
import { migrations } from "../Migrations.ts"
import { Schedules } from "./Schedules.ts"
import type { ScheduleState } from "./ScheduleState.ts"
import { ScheduleStates } from "./ScheduleStates.ts"

const Database = Layer.provideMerge(ScheduleStates.layer, TestDatabase.layer([migrations]))

/** A process with a schedule. An entity that leaves takes its runner along, so each has its own. */
const process = (options: Parameters<typeof Schedules.layer<unknown, never>>[0]) =>
  Layer.build(Layer.fresh(Layer.provide(Schedules.layer(options), clusterLayer({ kind: "embedded" }))))

const stateOf = (name: string) =>
  Effect.flatMap(ScheduleStates, ({ list }) => Effect.map(list, (all) => all.find((state) => state.name === name)))

/** The state of a schedule as soon as it is as wanted. */
const stateWhen = (name: string, wanted: (state: ScheduleState) => boolean) =>
  Effect.repeat(stateOf(name), {
    until: (state) => state !== undefined && wanted(state),
    schedule: Schedule.spaced("50 millis")
  }).pipe(Effect.map((state) => state!))

const everySecond = { cron: "* * * * * *", zone: "UTC", skipIfOlderThan: "1 minute" } as const

layer(Database, { excludeTestServices: true })("schedules", (it) => {
  it.effect("are known with their next run before the first one", () =>
    Effect.gen(function*() {
      yield* process({
        name: "new-year",
        cron: "0 0 0 1 1 *",
        zone: "Europe/Berlin",
        skipIfOlderThan: "1 day",
        run: Effect.void
      })
      const state = yield* stateWhen("new-year", () => true)
      assert.deepStrictEqual(
        [state.zone, state.lastRunAt, state.lastOutcome, state.lastSuccessAt, state.late],
        ["Europe/Berlin", null, null, null, false]
      )
      assert.match(DateTime.formatIso(state.nextRunAt), /-12-31T23:00:00\.000Z$/)
    }).pipe(Effect.scoped))

  it.effect("run again and again, and write down how it went", () =>
    Effect.gen(function*() {
      let tries = 0
      yield* process({
        ...everySecond,
        name: "flaky",
        run: Effect.suspend(() => ++tries === 1 ? Effect.fail("the disk is full") : Effect.sleep("20 millis"))
      })
      const failed = yield* stateWhen("flaky", ({ lastOutcome }) => lastOutcome === "failed")
      assert.include(failed.lastError, "the disk is full")
      assert.isNull(failed.lastSuccessAt)
      const done = yield* stateWhen("flaky", ({ lastOutcome }) => lastOutcome === "succeeded")
      assert.isNull(done.lastError)
      assert.isAtLeast(done.lastDurationMs!, 19)
      assert.isTrue(DateTime.isGreaterThan(done.nextRunAt, done.scheduledFor!))
      assert.isFalse(done.late)
    }).pipe(Effect.scoped))

  it.effect("leave out a run that comes too late", () =>
    Effect.gen(function*() {
      let ran = false
      yield* process({
        ...everySecond,
        name: "too-late",
        skipIfOlderThan: 0,
        run: Effect.sync(() => {
          ran = true
        })
      })
      const state = yield* stateWhen("too-late", ({ lastOutcome }) => lastOutcome === "skipped")
      assert.deepStrictEqual([ran, state.lastRunAt, state.lastSuccessAt], [false, null, null])
    }).pipe(Effect.scoped))

  it.effect("are late when nobody runs them at their time, and keep their next run over a restart", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const monthly = (cron: string) =>
        Effect.scoped(process({ ...everySecond, name: "monthly", cron, tolerance: "10 seconds", run: Effect.void }))
      yield* monthly("0 0 0 1 * *")
      yield* sql`UPDATE schedule_state SET next_at = now() - interval '5 seconds' WHERE name = 'monthly'`
      assert.isFalse((yield* stateOf("monthly"))!.late)
      yield* sql`UPDATE schedule_state SET next_at = now() - interval '20 seconds' WHERE name = 'monthly'`
      yield* monthly("0 0 0 1 * *")
      assert.isTrue((yield* stateOf("monthly"))!.late)
      yield* monthly("0 0 0 2 * *")
      assert.isFalse((yield* stateOf("monthly"))!.late)
    }))

  it.effect("are late when they ran while the clock was ahead, and run again after a restart", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const runs = yield* Queue.unbounded<void>()
      const options = {
        ...everySecond,
        name: "ahead",
        tolerance: "10 seconds",
        run: Queue.offer(runs, undefined)
      } as const
      const before = yield* Scope.fork(yield* Effect.scope)
      yield* process(options).pipe(Scope.provide(before))
      yield* Queue.take(runs)
      yield* stateWhen("ahead", ({ lastOutcome }) => lastOutcome === "succeeded")
      yield* Scope.close(before, Exit.void)
      yield* Queue.clear(runs)
      assert.isFalse((yield* stateOf("ahead"))!.late)
      yield* sql`
        UPDATE schedule_state SET scheduled_for = now() + interval '1 hour', next_at = now() + interval '3601 seconds',
          outcome = 'succeeded'
        WHERE name = 'ahead'`
      assert.isTrue((yield* stateOf("ahead"))!.late)
      yield* process(options)
      yield* Queue.take(runs)
      yield* stateWhen("ahead", ({ lastOutcome, late }) => lastOutcome === "succeeded" && !late)
    }).pipe(Effect.scoped))
})

layer(Database, { excludeTestServices: true })("schedules of several pods", (it) => {
  it.effect("run each time once, and go on when the pod that ran them leaves", () =>
    Effect.gen(function*() {
      const runs = yield* Queue.unbounded<{ readonly pod: number; readonly at: string }>()
      const pod = Effect.fnUntraced(function*(number: number) {
        const scope = yield* Scope.fork(yield* Effect.scope)
        const run = Effect.flatMap(
          ClusterCron.CurrentScheduledTime,
          (at) => Queue.offer(runs, { pod: number, at: DateTime.formatIso(at) })
        )
        const counted = Schedules.layer({ ...everySecond, name: "shared", run })
        const cluster = clusterLayer({ kind: "cluster", host: "127.0.0.1", port: yield* freePort })
        yield* Layer.buildWithScope(Layer.fresh(Layer.provide(counted, cluster)), scope)
        return scope
      })
      const pods = [yield* pod(1), yield* pod(2)]
      const first = yield* Effect.replicateEffect(Queue.take(runs), 4)
      yield* Scope.close(pods[first.at(-1)!.pod - 1]!, Exit.void)
      const rest = yield* Effect.replicateEffect(Queue.take(runs), 3)
      const times = [...first, ...rest].map(({ at }) => at)
      assert.deepStrictEqual(times, [...new Set(times)].toSorted())
      assert.strictEqual((yield* stateOf("shared"))!.lastOutcome, "succeeded")
    }).pipe(Effect.scoped), 60_000)
})
