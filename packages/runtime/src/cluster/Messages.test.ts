import { assert, layer } from "@effect/vitest"
import { TestDatabase } from "@innkeeper/testkit"
import { Deferred, Effect, Fiber, Layer, Schedule, Schema } from "effect"
import { ClusterSchema, Entity, Sharding } from "effect/cluster"
import { Rpc } from "effect/rpc"
import { SqlClient } from "effect/sql"
import { migrations } from "../Migrations.ts"
import { clusterLayer } from "./Cluster.ts"
import { StorageReads } from "./Messages.ts"

const Desk = Entity.make("Desk", [
  Rpc.make("Note", { payload: { id: Schema.String }, primaryKey: ({ id }) => id, success: Schema.String }),
  Rpc.make("Hold", { payload: { id: Schema.String }, primaryKey: ({ id }) => id })
]).annotateRpcs(ClusterSchema.Persisted, true)

/** Ids that the desks handled, as often as they did. */
const handled: Array<string> = []
const held = Deferred.makeUnsafe<void>()
const patience = Deferred.makeUnsafe<void>()

const DeskLive = Desk.toLayer({
  Note: ({ payload: { id } }) =>
    Effect.sync(() => {
      handled.push(id)
      return `noted ${id}`
    }),
  Hold: ({ payload: { id } }) =>
    Effect.suspend(() => {
      handled.push(id)
      if (id === "handled") return Deferred.await(patience)
      return handled.filter((other) => other === id).length > 1 ? Effect.void : Deferred.await(held)
    })
}, { concurrency: "unbounded" })

const database = TestDatabase.layer([migrations])
const Pod = DeskLive.pipe(Layer.provideMerge(clusterLayer({ kind: "embedded" })))

const times = (id: string) => handled.filter((other) => other === id).length

const eventually = (condition: () => boolean) =>
  Effect.suspend(() => Effect.succeed(condition())).pipe(
    Effect.repeat({ until: (reached) => reached, schedule: Schedule.spaced("10 millis") })
  )

layer(Layer.provideMerge(Pod, database), { excludeTestServices: true })("messages of one pod", (it) => {
  it.effect("are handled once each, however many come at the same time", () =>
    Effect.gen(function*() {
      const desk = yield* Desk.client
      const ids = Array.from({ length: 300 }, (_, number) => `storm-${number}`)
      const replies = yield* Effect.forEach(
        [...ids, ...ids],
        (id, index) => desk(`desk-${ids.indexOf(id) % 20}`).Note({ id }).pipe(Effect.delay(index % 3)),
        { concurrency: "unbounded" }
      )
      assert.deepStrictEqual(replies, [...ids, ...ids].map((id) => `noted ${id}`))
      assert.isTrue(ids.every((id) => times(id) === 1))
      const sql = yield* SqlClient.SqlClient
      const [open] = yield* sql<{ open: number; replies: number }>`
        SELECT count(*) FILTER (WHERE NOT processed)::int AS open,
          (SELECT count(*)::int FROM cluster_replies) AS replies
        FROM cluster_messages`
      assert.deepStrictEqual(open, { open: 0, replies: 300 })
    }))

  it.effect("answer a known key with the first reply, also later", () =>
    Effect.gen(function*() {
      const desk = yield* Desk.client
      yield* desk("known").Note({ id: "known" })
      assert.strictEqual(yield* desk("known").Note({ id: "known" }), "noted known")
      assert.strictEqual(times("known"), 1)
    }))

  it.effect("have keys of any length", () =>
    Effect.gen(function*() {
      const desk = yield* Desk.client
      const id = "x".repeat(400)
      yield* Effect.all([desk("long").Note({ id }), desk("long").Note({ id })], { concurrency: "unbounded" })
      assert.strictEqual(times(id), 1)
    }))

  it.effect("of a transaction come with its commit, and never without", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const desk = yield* Desk.client
      const inside = (id: string, end: Effect.Effect<void, string>) =>
        Effect.exit(sql.withTransaction(
          Effect.andThen(desk("transaction").Note({ id }, { discard: true }), end)
        ))
      yield* inside("kept", Effect.void)
      yield* inside("undone", Effect.fail("on purpose"))
      yield* eventually(() => times("kept") === 1)
      assert.strictEqual(times("undone"), 0)
      const rows = yield* sql`SELECT FROM cluster_messages WHERE message_id LIKE '%/undone'`
      assert.strictEqual(rows.length, 0)
    }))

  it.effect("that somebody else stored are found while this pod is busy with its own", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const desk = yield* Desk.client
      yield* desk("stranger").Note({ id: "first" })
      const own = yield* Effect.forkChild(
        Effect.forEach(Array.from({ length: 16 }), (_, lane) =>
          Effect.forever(Effect.suspend(() => desk(`busy-${lane}`).Note({ id: crypto.randomUUID() }))), {
          concurrency: "unbounded"
        })
      )
      yield* Effect.sleep("100 millis")
      yield* sql`
        INSERT INTO cluster_messages (id, request_id, kind, message_id, shard_id, entity_type, entity_id, tag, payload, headers)
        SELECT id + 1, id + 1, kind, 'Desk/stranger/Note/other', shard_id, entity_type, entity_id, tag, '{"id":"other"}', headers
        FROM cluster_messages WHERE message_id = 'Desk/stranger/Note/first'`
      yield* (yield* Sharding.Sharding).pollStorage
      yield* eventually(() =>
        times("other") === 1
      )
      yield* Fiber.interrupt(own)
    }))
})

layer(Layer.provideMerge(Layer.fresh(Pod), database), { excludeTestServices: true })(
  "messages that were read",
  (it) => {
    it.effect("by a pod that had lost the shard are read again, and those that are handled are left alone", () =>
      Effect.gen(function*() {
        const sql = yield* SqlClient.SqlClient
        const desk = yield* Desk.client
        const { askDatabase, releaseOldReads } = yield* StorageReads
        const { pollStorage } = yield* Sharding.Sharding
        yield* desk("stranger").Note({ id: "model" })
        yield* sql`
        INSERT INTO cluster_messages (
          id, request_id, kind, message_id, shard_id, entity_type, entity_id, tag, payload, headers, last_read
        )
        SELECT id + 1, id + 1, kind, 'Desk/stranger/Note/stolen', shard_id, entity_type, entity_id, tag,
          '{"id":"stolen"}', headers, now() - interval '31 seconds'
        FROM cluster_messages WHERE message_id = 'Desk/stranger/Note/model'`
        yield* desk("patient").Hold({ id: "handled" }, { discard: true })
        yield* eventually(() => times("handled") === 1)
        yield* sql`UPDATE cluster_messages SET last_read = now() - interval '31 seconds' WHERE NOT processed`
        yield* askDatabase
        yield* pollStorage
        yield* Effect.sleep("200 millis")
        assert.strictEqual(times("stolen"), 0)
        yield* releaseOldReads
        yield* askDatabase
        yield* pollStorage
        yield* eventually(() => times("stolen") === 1)
        yield* Effect.sleep("200 millis")
        assert.strictEqual(times("handled"), 1)
        yield* Deferred.succeed(patience, undefined)
      }))
  }
)

layer(database, { excludeTestServices: true })("messages of a pod that hangs", (it) => {
  it.effect("are handled by the next one, if they were not answered", () =>
    Effect.gen(function*() {
      const first = yield* Layer.build(Layer.fresh(Pod))
      yield* Effect.addFinalizer(() => Deferred.succeed(held, undefined))
      yield* Effect.gen(function*() {
        const desk = yield* Desk.client
        yield* desk("held").Note({ id: "answered" })
        yield* desk("held").Hold({ id: "held" }, { discard: true })
        yield* eventually(() => times("held") === 1)
      }).pipe(Effect.provideContext(first))
      yield* Layer.build(Layer.fresh(Pod))
      yield* eventually(() => times("held") === 2)
      assert.strictEqual(times("answered"), 1)
    }))
})
