import { assert, layer } from "@effect/vitest"
import { TestDatabase } from "@innkeeper/testkit"
import { Clock, Duration, Effect, Exit, Fiber, Layer, Schedule, Schema, Scope, Semaphore } from "effect"
import { SqlClient } from "effect/sql"
import { Workflow } from "effect/workflow"
import { clusterLayer } from "../cluster/Cluster.ts"
import { migrations } from "../Migrations.ts"
import { RoomForSleepers, sleep } from "./sleep.ts"

const begun = new Map<string, number>()
/** When each pod woke from the sleep, by run. */
const woken: Array<{ readonly id: string; readonly after: number }> = []

const Nap = Workflow.make("test/Nap", {
  payload: { id: Schema.String, millis: Schema.Int },
  idempotencyKey: ({ id }) => id,
  success: Schema.String
})

const NapLive = Nap.toLayer(Effect.fnUntraced(function*({ id, millis }) {
  const now = yield* Clock.currentTimeMillis
  begun.set(id, begun.get(id) ?? now)
  yield* sleep({ name: "nap", duration: millis })
  woken.push({ id, after: (yield* Clock.currentTimeMillis) - begun.get(id)! })
  return "rested"
}))

const Pod = NapLive.pipe(Layer.provideMerge(clusterLayer({ kind: "embedded" })))
const database = TestDatabase.layer([migrations])

const eventually = (condition: () => boolean) =>
  Effect.sync(condition).pipe(
    Effect.repeat({ until: (reached) => reached, schedule: Schedule.spaced("10 millis") })
  )

layer(Layer.provideMerge(Pod, database), { excludeTestServices: true })("a durable sleep", (it) => {
  it.effect("ends when it should, and the run goes on once", () =>
    Effect.gen(function*() {
      assert.strictEqual(yield* Nap.execute({ id: "once", millis: 200 }), "rested")
      const wakes = woken.filter(({ id }) => id === "once")
      assert.strictEqual(wakes.length, 1)
      assert.isAtLeast(wakes[0]!.after, 199)
    }))

  it.effect("ends early when the run is cancelled", () =>
    Effect.gen(function*() {
      const run = yield* Effect.forkChild(Effect.exit(Nap.execute({ id: "cancelled", millis: 60_000 })))
      yield* eventually(() => begun.has("cancelled"))
      yield* Effect.sleep("100 millis")
      yield* Nap.interrupt(yield* Nap.executionId({ id: "cancelled", millis: 60_000 }))
      assert.isTrue(Exit.hasInterrupts(yield* Fiber.join(run)))
      assert.isFalse(woken.some(({ id }) => id === "cancelled"))
    }), 20_000)
})

layer(Layer.provideMerge(Layer.provide(Pod, Layer.succeed(RoomForSleepers, Semaphore.makeUnsafe(0))), database), {
  excludeTestServices: true
})("a durable sleep for which its pod has no room", (it) => {
  it.effect("is put away, and ends when it should, once", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      assert.strictEqual(yield* Nap.execute({ id: "crowded", millis: 300 }), "rested")
      const wakes = woken.filter(({ id }) => id === "crowded")
      assert.strictEqual(wakes.length, 1)
      assert.isAtLeast(wakes[0]!.after, 299)
      const clocks = yield* sql`SELECT FROM cluster_messages WHERE entity_type = 'Workflow/-/DurableClock'`
      assert.lengthOf(clocks, 1)
    }))
})

layer(database, { excludeTestServices: true })("a durable sleep whose pod stops", (it) => {
  it.effect("keeps nobody waiting", () =>
    Effect.gen(function*() {
      const scope = yield* Scope.make()
      const pod = yield* Layer.buildWithScope(Layer.fresh(Pod), scope)
      yield* Nap.execute({ id: "stopped", millis: 60_000 }, { discard: true }).pipe(Effect.provideContext(pod))
      yield* eventually(() => begun.has("stopped"))
      const [took] = yield* Effect.timed(Scope.close(scope, Exit.void))
      assert.isBelow(Duration.toSeconds(took), 10)
    }), 30_000)
})

layer(database, { excludeTestServices: true })("a durable sleep whose pod hangs", (it) => {
  it.effect("is ended by the next pod at the time that was on record", () =>
    Effect.gen(function*() {
      const payload = { id: "moved", millis: 1500 }
      yield* Nap.execute(payload, { discard: true }).pipe(Effect.provideContext(yield* Layer.build(Layer.fresh(Pod))))
      yield* eventually(() => begun.has("moved"))
      yield* Effect.sleep("700 millis")
      yield* Layer.build(Layer.fresh(Pod))
      yield* eventually(() => woken.filter(({ id }) => id === "moved").length === 2)
      for (const { after, id } of woken) if (id === "moved") assert.isBelow(after, 2200)
    }))
})
