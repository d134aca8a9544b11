import { assert, layer } from "@effect/vitest"
import { TestDatabase } from "@innkeeper/testkit"
import { Deferred, Effect, Fiber, Layer, Schedule, Schema } from "effect"
import { ShardId } from "effect/cluster"
import { SqlClient } from "effect/sql"
import { Activity, Workflow } from "effect/workflow"
import { migrations } from "../Migrations.ts"
import { clusterLayer } from "./Cluster.ts"
import { FreshMessages } from "./FreshMessages.ts"
import { MessageSession } from "./MessageSession.ts"
import type { NewExit, NewRequest } from "./MessageStore.ts"
import { makeMessageWrites } from "./MessageWrites.ts"

/** Does step after step; a step named `wait…` waits in the body of the run until it is let go. */
const Walk = Workflow.make("test/Walk", {
  payload: { id: Schema.String, steps: Schema.Array(Schema.String) },
  success: Schema.Array(Schema.String),
  idempotencyKey: ({ id }) => id
})

/** What was done, in order. */
const done: Array<string> = []
/** Replies of the run's activities that were stored when a step began. */
const storedBefore: Array<number> = []
const goOn = Deferred.makeUnsafe<void>()

const database = TestDatabase.layer([migrations])

const repliesOf = Effect.fnUntraced(function*(id: string) {
  const sql = yield* SqlClient.SqlClient
  const [row] = yield* sql<{ readonly requests: number; readonly replies: number }>`
    SELECT count(*)::int AS requests, count(reply.id)::int AS replies
    FROM cluster_messages message LEFT JOIN cluster_replies reply ON reply.request_id = message.id
    WHERE entity_type = 'Workflow/test/Walk' AND tag = 'activity' AND message.payload LIKE ${`%"${id}/%`}`
  return row!
})

const WalkLive = Walk.toLayer(Effect.fnUntraced(function*({ id, steps }) {
  const sql = yield* SqlClient.SqlClient
  const outcomes: Array<string> = []
  for (const step of steps) {
    if (step.startsWith("wait")) {
      yield* Deferred.await(goOn)
      continue
    }
    outcomes.push(
      yield* Activity.make({
        name: `${id}/${step}`,
        success: Schema.String,
        execute: Effect.gen(function*() {
          storedBefore.push((yield* repliesOf(id)).replies)
          done.push(`${id}/${step}`)
          if (step === "long") yield* Deferred.await(goOn)
          return `${step} ${done.length}`
        }).pipe(Effect.provideService(SqlClient.SqlClient, sql), Effect.orDie)
      })
    )
  }
  return outcomes
}))

const Pod = WalkLive.pipe(Layer.provideMerge(clusterLayer({ kind: "embedded" })))

const eventually = <A, E, R>(look: Effect.Effect<A, E, R>, holds: (seen: A) => boolean) =>
  Effect.repeat(look, { until: holds, schedule: Schedule.spaced("10 millis") })

layer(Layer.provideMerge(Pod, database), { excludeTestServices: true })("activities of a run that began here", (it) => {
  it.effect("begin when the results of those before are stored, and all are stored with the run's end", () =>
    Effect.gen(function*() {
      storedBefore.length = 0
      yield* Walk.execute({ id: "in-order", steps: ["a", "b", "c"] })
      assert.deepStrictEqual(storedBefore, [0, 1, 2])
      assert.deepStrictEqual(yield* repliesOf("in-order"), { requests: 3, replies: 3 })
    }))

  it.effect("give their first result to whoever asks again under their name", () =>
    Effect.gen(function*() {
      const [first, again] = yield* Walk.execute({ id: "twice", steps: ["a", "a"] })
      assert.strictEqual(again, first)
      assert.strictEqual(done.filter((step) => step === "twice/a").length, 1)
    }))

  it.effect("are stored soon although their run does not end, or they do not", () =>
    Effect.gen(function*() {
      const waiting = yield* Effect.forkChild(Walk.execute({ id: "waiting", steps: ["a", "wait"] }))
      const long = yield* Effect.forkChild(Walk.execute({ id: "longer", steps: ["long"] }))
      yield* eventually(repliesOf("waiting"), ({ replies }) => replies === 1)
      yield* eventually(repliesOf("longer"), ({ requests }) => requests === 1)
      yield* Deferred.succeed(goOn, undefined)
      assert.strictEqual((yield* Fiber.join(waiting)).length, 1)
      assert.strictEqual((yield* Fiber.join(long)).length, 1)
      assert.deepStrictEqual(yield* repliesOf("longer"), { requests: 1, replies: 1 })
    }))

  it.effect("are stored by the transaction that ends their run, where that ends by it", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      yield* Walk.execute({ id: "alone", steps: ["a"] })
      const [written] = yield* sql<{ readonly rows: number; readonly transactions: number }>`
        SELECT count(*)::int AS rows, count(DISTINCT xmin::text)::int AS transactions FROM (
          SELECT xmin FROM cluster_messages WHERE payload LIKE '%alone%'
          UNION ALL SELECT reply.xmin FROM cluster_replies reply JOIN cluster_messages message
            ON message.id = reply.request_id WHERE message.payload LIKE '%alone%'
        ) written`
      assert.deepStrictEqual(written, { rows: 4, transactions: 1 })
    }))
})

/** Does what it is asked for, and loses the first answer. */
const forgetfulSession = Effect.map(MessageSession, ({ onSession }) => {
  let loses = true
  return MessageSession.of({
    onSession: (effect) =>
      Effect.tap(onSession(effect), () => {
        if (!loses) return Effect.void
        loses = false
        return Effect.die("The answer was lost")
      })
  })
})

const requestOf = (requestId: string, primaryKey: string): NewRequest => ({
  primaryKey,
  deliverAt: null,
  envelope: {
    _tag: "Request",
    requestId,
    address: { shardId: ShardId.make("default", 1), entityType: "Workflow/test/Kept", entityId: "kept" },
    tag: "activity",
    payload: {},
    headers: {}
  }
})

const exitOf = (id: string, requestId: string): NewExit => ({
  _tag: "WithExit",
  id,
  requestId,
  exit: { _tag: "Success", value: id }
})

layer(Layer.provideMerge(MessageSession.layer, database), { excludeTestServices: true })("a kept request", (it) => {
  const answers = Effect.fnUntraced(function*(key: string) {
    const sql = yield* SqlClient.SqlClient
    return yield* sql`
      SELECT message.id::text, processed, last_reply_id::text AS last, reply.id::text AS reply
      FROM cluster_messages message LEFT JOIN cluster_replies reply ON reply.request_id = message.id
      WHERE message_id = ${key}`
  })

  it.effect("is answered although the answer to its own storing was lost", () =>
    Effect.gen(function*() {
      const session = yield* forgetfulSession
      const writes = yield* Effect.provideService(makeMessageWrites(new FreshMessages()), MessageSession, session)
      yield* writes.keepRequest(requestOf("101", "late"))
      yield* Effect.exit(writes.storeAll)
      assert.isTrue(writes.keeps("101"))
      assert.isTrue(writes.keepExit(exitOf("102", "101")))
      yield* writes.storeAll
      assert.isFalse(writes.keeps("101"))
      assert.deepStrictEqual(yield* answers("late"), [{ id: "101", processed: true, last: "102", reply: "102" }])
    }))

  it.effect("is answered once when the answer to both was lost, and so is one that was not kept", () =>
    Effect.gen(function*() {
      const session = yield* forgetfulSession
      const writes = yield* Effect.provideService(makeMessageWrites(new FreshMessages()), MessageSession, session)
      yield* writes.keepRequest(requestOf("201", "both"))
      assert.isTrue(writes.keepExit(exitOf("202", "201")))
      yield* Effect.exit(writes.storeAll)
      yield* writes.storeAll
      assert.isFalse(writes.keeps("201"))
      yield* writes.request(requestOf("203", "plain"))
      yield* writes.exit(exitOf("204", "203"))
      yield* writes.exit(exitOf("204", "203"))
      assert.deepStrictEqual(yield* answers("both"), [{ id: "201", processed: true, last: "202", reply: "202" }])
      assert.deepStrictEqual(yield* answers("plain"), [{ id: "203", processed: true, last: "204", reply: "204" }])
    }))

  it.effect("leaves another request with its key alone, and its reply is dropped", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const writes = yield* makeMessageWrites(new FreshMessages())
      yield* writes.request(requestOf("301", "taken"))
      yield* writes.keepRequest(requestOf("302", "taken"))
      assert.isTrue(writes.keepExit(exitOf("303", "302")))
      yield* writes.storeAll
      assert.isFalse(writes.keeps("302"))
      assert.deepStrictEqual(yield* answers("taken"), [{ id: "301", processed: false, last: null, reply: null }])
      assert.deepStrictEqual(yield* sql`SELECT FROM cluster_replies WHERE id = 303`, [])
    }))
})
