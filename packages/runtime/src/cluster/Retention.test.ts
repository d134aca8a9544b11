import { assert, layer } from "@effect/vitest"
import { asTenant, OwnerSql, withPlatform, withTenant } from "@innkeeper/database"
import { makeTenant, TestDatabase } from "@innkeeper/testkit"
import { DateTime, Effect, Exit, Layer, PrimaryKey, Schedule, Schema } from "effect"
import { ClusterSchema, DeliverAt, Entity } from "effect/cluster"
import { Rpc } from "effect/rpc"
import { SqlClient } from "effect/sql"
import { Activity, DurableDeferred, Workflow } from "effect/workflow"
import { announceConsumer, writeCursor } from "../event/ConsumerStore.ts"
import { parseCursor, start } from "../event/Cursor.ts"
import { handleOnce } from "../event/handleOnce.ts"
import { Outbox } from "../event/Outbox.ts"
import { migrations } from "../Migrations.ts"
import { clusterLayer } from "./Cluster.ts"
import { deleteExpired } from "./Retention.ts"

class Later extends Schema.Class<Later>("test/Later")({ id: Schema.String, at: Schema.DateTimeUtc }) {
  [PrimaryKey.symbol]() {
    return this.id
  }
  [DeliverAt.symbol]() {
    return this.at
  }
}

const Greeter = Entity.make("Greeter", [
  Rpc.make("Greet", { payload: { id: Schema.String }, primaryKey: ({ id }) => id, success: Schema.String }),
  Rpc.make("GreetLater", { payload: Later })
]).annotateRpcs(ClusterSchema.Persisted, true)

/** How often each workflow's activity ran. */
const runs = new Map<string, number>()

const Wait = Workflow.make("Wait", {
  payload: { id: Schema.String },
  idempotencyKey: ({ id }) => id,
  success: Schema.String
})
const GoOn = DurableDeferred.make("GoOn")

const goOn = Effect.fnUntraced(function*(id: string) {
  const token = yield* DurableDeferred.tokenFromPayload(GoOn, { workflow: Wait, payload: { id } })
  yield* DurableDeferred.succeed(GoOn, { token, value: undefined })
})

const Durable = Layer.mergeAll(
  Greeter.toLayer({ Greet: ({ payload }) => Effect.succeed(`Hello ${payload.id}`), GreetLater: () => Effect.void }),
  Wait.toLayer(Effect.fnUntraced(function*({ id }) {
    yield* Activity.make({
      name: "count",
      execute: Effect.sync(() => void runs.set(id, (runs.get(id) ?? 0) + 1))
    })
    yield* DurableDeferred.await(GoOn)
    return `done ${id}`
  }))
)

const Live = Layer.merge(Durable, Outbox.layer).pipe(
  Layer.provideMerge(clusterLayer({ kind: "embedded" })),
  Layer.provideMerge(TestDatabase.layer([migrations]))
)

/** When all that a test did has been finished for a week. */
const nextWeek = Effect.map(DateTime.now, DateTime.add({ days: 8 }))

/** The database's answer, once it is as expected. */
const eventually = <E, R>(effect: Effect.Effect<boolean, E, R>) =>
  Effect.repeat(effect, { until: (reached) => reached, schedule: Schedule.spaced("20 millis") })

const messagesOf = Effect.fnUntraced(function*(entityId: string) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql<{ readonly tag: string; readonly replies: number }>`
    SELECT tag, (SELECT count(*) FROM cluster_replies WHERE request_id = message.id)::int AS replies
    FROM cluster_messages message WHERE entity_id = ${entityId} ORDER BY id`
  return rows.map(({ replies, tag }) => `${tag} ${replies}`)
})

layer(Live, { excludeTestServices: true })("retention of messages", (it) => {
  it.effect("deletes what has been finished for a week, with its replies, and nothing younger", () =>
    Effect.gen(function*() {
      const client = yield* Greeter.client
      assert.strictEqual(yield* client("finished").Greet({ id: "1" }), "Hello 1")
      yield* deleteExpired(yield* DateTime.now)
      assert.deepStrictEqual(yield* messagesOf("finished"), ["Greet 1"])
      const { messages } = yield* deleteExpired(yield* nextWeek)
      assert.isAtLeast(messages, 1)
      assert.deepStrictEqual(yield* messagesOf("finished"), [])
      const sql = yield* SqlClient.SqlClient
      const orphans = yield* sql`
        SELECT id FROM cluster_replies reply
        WHERE NOT EXISTS (SELECT FROM cluster_messages message WHERE message.id = reply.request_id)`
      assert.deepStrictEqual(orphans, [])
    }))

  it.effect("keeps what an entity has still to do, and nothing else of it", () =>
    Effect.gen(function*() {
      const client = yield* Greeter.client
      yield* client("waiting").Greet({ id: "1" })
      const at = DateTime.add(yield* DateTime.now, { days: 30 })
      yield* client("waiting").GreetLater(new Later({ id: "2", at }), { discard: true })
      yield* deleteExpired(yield* nextWeek)
      assert.deepStrictEqual(yield* messagesOf("waiting"), ["GreetLater 0"])
    }))

  it.effect("keeps all of a suspended workflow, which goes on without repeating its activities, and then lets it go", () =>
    Effect.gen(function*() {
      const id = yield* Wait.execute({ id: "suspended" }, { discard: true })
      yield* eventually(Effect.map(Wait.poll(id), ({ _tag }) => _tag === "Some"))
      const before = yield* messagesOf(id)
      assert.isAtLeast(before.length, 2)
      yield* deleteExpired(yield* nextWeek)
      assert.deepStrictEqual(yield* messagesOf(id), before)
      yield* goOn("suspended")
      assert.strictEqual(yield* Wait.execute({ id: "suspended" }), "done suspended")
      assert.strictEqual(runs.get("suspended"), 1)
      yield* deleteExpired(yield* nextWeek)
      assert.deepStrictEqual(yield* messagesOf(id), [])
    }))
})

const subjects = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql<{ readonly subject: string }>`SELECT subject FROM outbox_event ORDER BY position`.pipe(
    withPlatform("test")
  )
  return rows.map(({ subject }) => subject)
})

layer(Live, { excludeTestServices: true })("retention of events", (it) => {
  it.effect("deletes what is a week old and keeps what a consumer has still to handle", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const acme = yield* makeTenant("retention")
      const { publishAll } = yield* Outbox
      const publish = (type: string, subject: string) =>
        publishAll([{ type, subject, payload: {} }]).pipe(withTenant, asTenant(acme))
      yield* publish("note.written", "handled")
      yield* publish("note.written", "last handled")
      yield* publish("note.written", "to be handled")
      yield* publish("note.read", "of no interest")

      yield* announceConsumer("present", ["note.written"])
      const [last] = yield* sql<{ readonly cursor: string }>`
        SELECT transaction || '-' || position AS cursor FROM outbox_event WHERE subject = 'last handled'`.pipe(
        withPlatform("test")
      )
      yield* writeCursor("present", start, parseCursor(last!.cursor))
      yield* announceConsumer("gone long ago", ["note.read"])
      yield* sql`UPDATE event_consumer SET seen_at = now() + interval '8 days' WHERE name = 'present'`

      yield* deleteExpired(yield* DateTime.now)
      assert.strictEqual((yield* subjects).length, 4)
      const { events } = yield* deleteExpired(yield* nextWeek)
      assert.strictEqual(events, 3)
      assert.deepStrictEqual(yield* subjects, ["to be handled"])
    }))

  it.effect("goes on with the other tables where it cannot delete from one, and fails at the end", () =>
    Effect.gen(function*() {
      const owner = yield* OwnerSql
      const acme = yield* makeTenant("broken")
      yield* handleOnce("retention", { id: "01980000-0000-7000-8000-000000000001", tenantId: acme })(Effect.void)
      const nextMonth = DateTime.add(yield* DateTime.now, { days: 31 })
      yield* owner`ALTER TABLE outbox_event RENAME TO broken`
      const exit = yield* Effect.exit(deleteExpired(nextMonth))
      yield* owner`ALTER TABLE broken RENAME TO outbox_event`
      assert.isTrue(Exit.isFailure(exit))
      assert.deepStrictEqual(yield* owner`SELECT FROM handled_event WHERE tenant_id = ${acme}`, [])
    }))

  it.effect("goes through more than one page", () =>
    Effect.gen(function*() {
      const acme = yield* makeTenant("pages")
      const { publishAll } = yield* Outbox
      const many = Array.from({ length: 4500 }, (_, number) => ({ type: "page", subject: `${number}`, payload: {} }))
      yield* publishAll(many).pipe(withTenant, asTenant(acme))
      const { events } = yield* deleteExpired(yield* nextWeek)
      assert.strictEqual(events, 4500)
    }))
})
