import { assert, layer } from "@effect/vitest"
import { TestDatabase } from "@innkeeper/testkit"
import { Clock, DateTime, Effect, Layer, PrimaryKey, Queue, Schedule, Schema } from "effect"
import { ClusterSchema, DeliverAt, Entity } from "effect/cluster"
import { Rpc } from "effect/rpc"
import { SqlClient } from "effect/sql"
import { DurableClock, Workflow } from "effect/workflow"
import { migrations } from "../Migrations.ts"
import { clusterLayer } from "./Cluster.ts"

class Ring extends Schema.Class<Ring>("test/Ring")({ id: Schema.String, at: Schema.DateTimeUtc }) {
  [PrimaryKey.symbol]() {
    return this.id
  }
  [DeliverAt.symbol]() {
    return this.at
  }
}

const Bell = Entity.make("Bell", [Rpc.make("Ring", { payload: Ring })]).annotateRpcs(ClusterSchema.Persisted, true)

const rings = Effect.runSync(Queue.unbounded<{ readonly id: string; readonly early: boolean }>())

const BellLive = Bell.toLayer({
  Ring: ({ payload: { at, id } }) =>
    Effect.gen(function*() {
      yield* Queue.offer(rings, { id, early: DateTime.isLessThan(yield* DateTime.now, at) })
    })
})

const Nap = Workflow.make("Nap", {
  payload: { id: Schema.String },
  idempotencyKey: ({ id }) => id,
  success: Schema.Finite
})
const NapLive = Nap.toLayer(() =>
  Effect.gen(function*() {
    yield* DurableClock.sleep({ name: "nap", duration: "300 millis", inMemoryThreshold: 0 })
    return 1
  })
)

const Live = Layer.merge(BellLive, NapLive).pipe(
  Layer.provideMerge(clusterLayer({ kind: "embedded" })),
  Layer.provideMerge(TestDatabase.layer([migrations]))
)

const inMillis = (milliseconds: number) => Effect.map(DateTime.now, DateTime.add({ milliseconds }))

layer(Live, { excludeTestServices: true })("timers", (it) => {
  it.effect("deliver stored messages when they are due, each once, and none before", () =>
    Effect.gen(function*() {
      const client = yield* Bell.client
      const [soon, later, muchLater] = [yield* inMillis(300), yield* inMillis(900), yield* inMillis(3_600_000)]
      yield* client("b").Ring(new Ring({ id: "much later", at: muchLater }), { discard: true })
      yield* client("b").Ring(new Ring({ id: "later", at: later }), { discard: true })
      yield* client("a").Ring(new Ring({ id: "soon", at: soon }), { discard: true })
      yield* client("a").Ring(new Ring({ id: "soon", at: soon }), { discard: true })
      assert.sameDeepMembers(yield* Effect.replicateEffect(Queue.take(rings), 2), [
        { id: "soon", early: false },
        { id: "later", early: false }
      ])
      const sql = yield* SqlClient.SqlClient
      const waiting = yield* sql<{ readonly id: string }>`
        SELECT payload::jsonb ->> 'id' AS id FROM cluster_messages WHERE NOT processed AND entity_type = 'Bell'`.pipe(
        Effect.repeat({ until: (rows) => rows.length === 1, schedule: Schedule.spaced("20 millis") })
      )
      assert.deepStrictEqual(waiting.map(({ id }) => id), ["much later"])
      assert.strictEqual(yield* Queue.size(rings), 0)
    }))

  it.effect("wake a workflow from a durable sleep, not before its end", () =>
    Effect.gen(function*() {
      const begun = yield* Clock.currentTimeMillis
      assert.strictEqual(yield* Nap.execute({ id: "1" }), 1)
      assert.isAtLeast((yield* Clock.currentTimeMillis) - begun, 300)
    }))
})
