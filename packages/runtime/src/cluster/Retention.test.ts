import { assert, layer } from "@effect/vitest"
import { asTenant, OwnerSql, withPlatform, withTenant } from "@innkeeper/database"
import { makeTenant, TestDatabase } from "@innkeeper/testkit"
import { DateTime, Effect, Exit, Layer, PrimaryKey, Schedule, Schema } from "effect"
import { ClusterSchema, DeliverAt, Entity, MachineId, Snowflake } from "effect/cluster"
import { Rpc } from "effect/rpc"
import { SqlClient } from "effect/sql"
import { Activity, DurableDeferred, Workflow } from "effect/workflow"
import { announceTypes } from "../event/CatchUpStore.ts"
import { announceConsumer, writeCursor } from "../event/ConsumerStore.ts"
import { parseCursor, start } from "../event/Cursor.ts"
import { handleOnce } from "../event/handleOnce.ts"
import { Outbox } from "../event/Outbox.ts"
import { migrations } from "../Migrations.ts"
import { heldMark } from "../workflow/HeldMessageStore.ts"
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

  it.effect("gives up what no pod has known for a week, but for runs", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const now = DateTime.toEpochMillis(yield* DateTime.now)
      const ids = [0, 1, 2].map((sequence) =>
        String(Snowflake.make({ machineId: MachineId.make(0), sequence, timestamp: now }))
      )
      yield* sql`
        INSERT INTO cluster_messages (id, request_id, shard_id, entity_type, entity_id, kind, last_read, deliver_at)
        SELECT id::bigint, id::bigint, 'default:1', type, 'held', 0, ${heldMark}::timestamp, at::bigint
        FROM (VALUES (${ids[0]}, 'Removed', NULL), (${ids[1]}, 'Removed', ${String(now + 2 * 86_400_000)}),
          (${ids[2]}, 'Workflow/Removed', NULL)) AS message (id, type, at)`
      assert.strictEqual((yield* deleteExpired(yield* DateTime.now)).held, 0)
      assert.strictEqual((yield* deleteExpired(yield* nextWeek)).held, 1)
      const left = yield* sql<{ readonly id: string }>`
        DELETE FROM cluster_messages WHERE entity_id = 'held' RETURNING id::text AS id`
      assert.sameMembers(left.map(({ id }) => id), ids.slice(1))
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
      yield* writeCursor({ name: "present", types: ["note.written"], from: start, to: parseCursor(last!.cursor) })
      yield* announceConsumer("gone long ago", ["note.read"])
      yield* publish("note.filed", "of a type that comes with the next release")
      yield* publish("note.left", "of a type that came with the last")
      yield* announceTypes({ name: "present", types: ["note.written", "note.filed"] }, start)
      yield* announceTypes({ name: "present", types: ["note.left"] }, start)
      yield* sql`UPDATE event_consumer SET seen_at = now() + interval '8 days' WHERE name = 'present'`
      yield* sql`UPDATE event_catch_up SET seen_at = now() + interval '8 days' WHERE type = 'note.filed'`

      yield* deleteExpired(yield* DateTime.now)
      assert.strictEqual((yield* subjects).length, 6)
      const { events } = yield* deleteExpired(yield* nextWeek)
      assert.strictEqual(events, 4)
      assert.deepStrictEqual(yield* subjects, ["to be handled", "of a type that comes with the next release"])
      assert.deepStrictEqual(yield* sql`SELECT type FROM event_catch_up`, [{ type: "note.filed" }])
      yield* sql`UPDATE event_catch_up SET seen_at = now()`
      yield* deleteExpired(yield* nextWeek)
      assert.deepStrictEqual(yield* subjects, ["to be handled"])
    }))

  it.effect("forgets consumers that no release has had for a month", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      yield* announceConsumer("kept", ["note.kept"])
      yield* announceConsumer("removed", ["note.removed"])
      yield* announceConsumer("removed", [])
      yield* sql`UPDATE event_consumer SET seen_at = now() - interval '29 days' WHERE name = 'kept'`
      yield* sql`UPDATE event_consumer SET seen_at = now() - interval '31 days' WHERE name = 'removed'`
      const { consumers } = yield* deleteExpired(yield* DateTime.now)
      assert.strictEqual(consumers, 1)
      const names = yield* sql<{ readonly name: string }>`SELECT name FROM event_consumer`
      assert.include(names.map(({ name }) => name), "kept")
      assert.deepStrictEqual(yield* sql`SELECT FROM event_catch_up WHERE consumer = 'removed'`, [])
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

  it.effect("goes on behind the events of a tenant that has moved here, which stand first whatever their age", () =>
    Effect.gen(function*() {
      const owner = yield* OwnerSql
      const [moved, other] = [yield* makeTenant("moved-here"), yield* makeTenant("long-here")]
      yield* owner`
        INSERT INTO outbox_event (tenant_id, id, type, subject, payload, at, transaction)
        SELECT ${moved}, gen_random_uuid(), 'x', 's', '{}', now() - interval '1 day', '1' FROM generate_series(1, 2500)`
      yield* owner`
        INSERT INTO outbox_event (tenant_id, id, type, subject, payload, at)
        SELECT ${other}, gen_random_uuid(), 'x', 's', '{}', now() - interval '20 days' FROM generate_series(1, 2500)`
      yield* deleteExpired(yield* DateTime.now)
      const [left] = yield* owner`
        SELECT count(*) FILTER (WHERE tenant_id = ${moved})::int AS moved,
          count(*) FILTER (WHERE tenant_id = ${other})::int AS other FROM outbox_event`
      assert.deepStrictEqual(left, { moved: 2500, other: 0 })
      yield* owner`DELETE FROM outbox_event WHERE tenant_id = ${moved}`
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
