import { assert, describe, it, layer } from "@effect/vitest"
import { Context, DateTime, Duration, Effect, Layer, Option, Schema } from "effect"
import { SqlClient } from "effect/sql"
import { Activity, DurableDeferred, Workflow } from "effect/workflow"
import { heldMark } from "./HeldMessageStore.ts"
import { firstVersion, PayloadUpgrade, versionedWorkflow } from "./PayloadVersions.ts"
import { database, eventually, pod, whileWorking } from "./testing.fixture.ts"

const Paid = DurableDeferred.make("test/Paid")

/** Which activities ran, on any pod. */
const ran: Array<string> = []

const reserve = (orderId: string) =>
  Activity.make({ name: "reserve", execute: Effect.sync(() => void ran.push(orderId)) })

/** The workflow as it was before it had versions. */
const First = Workflow.make("test/Order", {
  payload: { orderId: Schema.String, amount: Schema.Int },
  success: Schema.String,
  idempotencyKey: ({ orderId }) => orderId
})

const FirstLive = First.toLayer(Effect.fnUntraced(function*({ amount, orderId }) {
  yield* reserve(orderId)
  yield* DurableDeferred.await(Paid)
  return `${amount}`
}))

const Price = Schema.Struct({ cents: Schema.Int, currency: Schema.String })

const secondPayload = firstVersion({ orderId: Schema.String, amount: Schema.Int }).next(
  { orderId: Schema.String, price: Price },
  ({ amount, orderId }) => ({ orderId, price: { cents: amount * 100, currency: "EUR" } })
)

const Second = versionedWorkflow("test/Order", {
  payload: secondPayload,
  success: Schema.String,
  idempotencyKey: ({ orderId }) => orderId
})

const SecondLive = Second.toLayer(Effect.fnUntraced(function*({ orderId, price }) {
  yield* reserve(orderId)
  yield* DurableDeferred.await(Paid)
  return `${price.cents} ${price.currency}`
}))

const Third = versionedWorkflow("test/Order", {
  payload: secondPayload.next(
    { orderId: Schema.String, lines: Schema.Array(Price), since: Schema.DateTimeUtc },
    ({ orderId, price }) => ({ orderId, lines: [price], since: DateTime.makeUnsafe("2026-01-01T00:00:00Z") })
  ),
  success: Schema.String,
  idempotencyKey: ({ orderId }) => orderId
})

const ThirdLive = Third.toLayer(Effect.fnUntraced(function*({ lines, orderId, since }) {
  yield* reserve(orderId)
  yield* DurableDeferred.await(Paid)
  return `${lines.map(({ cents, currency }) => `${cents} ${currency}`).join()} since ${
    DateTime.formatIsoDateUtc(since)
  }`
}))

/** A workflow that every pod knows. */
const Other = Workflow.make("test/Other", {
  payload: { id: Schema.String },
  success: Schema.String,
  idempotencyKey: ({ id }) => id
})
const OtherLive = Other.toLayer(({ id }) => Effect.succeed(`did ${id}`))

const firstPod = pod(Layer.merge(FirstLive, OtherLive))
const secondPod = pod(Layer.merge(SecondLive, OtherLive))
const thirdPod = pod(Layer.merge(ThirdLive, OtherLive))
const otherPod = pod(OtherLive)

const pay = (executionId: string) =>
  DurableDeferred.succeed(Paid, {
    token: DurableDeferred.tokenFromExecutionId(Paid, { workflow: First, executionId }),
    value: undefined
  })

const suspended = (executionId: string) => eventually(First.poll(executionId), Option.isSome)

const heldTags = Effect.fnUntraced(function*(executionId: string) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql<{ readonly tag: string }>`
    SELECT tag FROM cluster_messages
    WHERE entity_id = ${executionId} AND last_read = ${heldMark}::timestamp AND NOT processed ORDER BY id`
  return rows.map(({ tag }) => tag)
})

const asIfStoppedBeforeItsReply = Effect.fnUntraced(function*(executionId: string) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`
    WITH run AS (
      UPDATE cluster_messages SET processed = false, last_read = NULL, last_reply_id = NULL
      WHERE entity_id = ${executionId} AND tag = 'run' RETURNING id
    )
    DELETE FROM cluster_replies USING run WHERE request_id = run.id RETURNING request_id`
  assert.lengthOf(rows, 1)
})

const since = DateTime.makeUnsafe("2026-02-02T00:00:00Z")

layer(database, { excludeTestServices: true, timeout: "90 seconds" })("payloads over versions", (it) => {
  it.effect("takes up a run that was stored before there were versions, without repeating what it did", () =>
    Effect.gen(function*() {
      const id = yield* whileWorking(firstPod)(
        Effect.tap(First.execute({ orderId: "one", amount: 5 }, { discard: true }), suspended)
      )
      yield* whileWorking(secondPod)(Effect.andThen(
        Second.execute({ orderId: "two", price: { cents: 7, currency: "GBP" } }, { discard: true }),
        suspended
      ))
      yield* whileWorking(thirdPod)(Effect.gen(function*() {
        yield* pay(id)
        assert.strictEqual(
          yield* Third.execute({ orderId: "one", lines: [], since }),
          "500 EUR since 2026-01-01"
        )
        yield* pay(yield* Third.executionId({ orderId: "two", lines: [], since }))
        assert.strictEqual(yield* Third.execute({ orderId: "two", lines: [], since }), "7 GBP since 2026-01-01")
      }))
      assert.deepStrictEqual(ran, ["one", "two"])
    }))

  it.effect("holds a run of a version that nobody knows, lets others go on, and loses nothing", () =>
    Effect.gen(function*() {
      const id = yield* whileWorking(thirdPod)(
        Effect.tap(Third.execute({ orderId: "new", lines: [], since }, { discard: true }), suspended)
      )
      yield* whileWorking(secondPod)(Effect.gen(function*() {
        yield* pay(id)
        assert.deepStrictEqual(yield* eventually(heldTags(id), (tags) => tags.length > 0), ["run"])
        assert.strictEqual(yield* Other.execute({ id: "meanwhile" }), "did meanwhile")
        assert.isFalse(Option.isSome(yield* Second.poll(id)))
      }))
      yield* whileWorking(thirdPod)(Effect.gen(function*() {
        assert.strictEqual(yield* Third.execute({ orderId: "new", lines: [], since }), " since 2026-02-02")
        assert.deepStrictEqual(yield* heldTags(id), [])
      }))
    }))

  it.effect("holds thousands of runs of a workflow that nobody knows, and none of the others waits for them", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const id = yield* whileWorking(thirdPod)(
        Effect.tap(Third.execute({ orderId: "begun", lines: [], since }, { discard: true }), suspended)
      )
      yield* asIfStoppedBeforeItsReply(id)
      yield* sql`
        INSERT INTO cluster_messages (id, request_id, message_id, shard_id, entity_type, entity_id, kind, tag, payload, headers)
        SELECT number, number, 'gone' || number, 'default:' || number % 64 + 1, 'Workflow/test/Gone', 'gone' || number, 0, 'run',
          '{}', '{}'
        FROM generate_series(1, 3000) AS number`
      yield* whileWorking(otherPod)(Effect.gen(function*() {
        const [time, answer] = yield* Effect.timed(Other.execute({ id: "undisturbed" }))
        assert.strictEqual(answer, "did undisturbed")
        assert.isBelow(Duration.toSeconds(time), 5)
        assert.deepStrictEqual(yield* eventually(heldTags(id), (tags) => tags.length > 0), ["run"])
        yield* eventually(
          sql`SELECT FROM cluster_messages WHERE entity_type = 'Workflow/test/Gone'
            AND last_read = ${heldMark}::timestamp AND NOT processed`,
          (held) => held.length === 3000
        )
      }))
      yield* whileWorking(thirdPod)(Effect.gen(function*() {
        yield* pay(id)
        assert.strictEqual(yield* Third.execute({ orderId: "begun", lines: [], since }), " since 2026-02-02")
      }))
      assert.deepStrictEqual(ran.filter((orderId) => orderId === "begun"), ["begun"])
      assert.lengthOf(
        yield* sql`SELECT FROM cluster_messages WHERE entity_type = 'Workflow/test/Gone' AND NOT processed`,
        3000
      )
    }))
})

describe("upgrades", () => {
  const upgrade = Context.getUnsafe(Third.annotations, PayloadUpgrade)
  const parent = { "~effect/cluster/ClusterWorkflowEngine/payloadParentKey": { workflowName: "p", executionId: "e" } }

  it.effect.prop(
    "bring every older version to the newest and keep what the engine added",
    [Schema.Int],
    ([cents]) =>
      Effect.gen(function*() {
        const second = { orderId: "1", price: { cents, currency: "EUR" }, payloadVersion: 2, ...parent }
        const third = {
          orderId: "1",
          lines: [{ cents, currency: "EUR" }],
          since: "2026-01-01T00:00:00.000Z",
          payloadVersion: 3,
          ...parent
        }
        assert.deepStrictEqual(yield* upgrade(second), third)
        assert.deepStrictEqual(yield* upgrade(third), third)
      })
  )

  it.effect("leave alone what they cannot read", () =>
    Effect.gen(function*() {
      for (const stored of [{ payloadVersion: 4 }, { payloadVersion: "2" }, { amount: "five" }, [], null, "text"]) {
        assert.deepStrictEqual(yield* upgrade(stored), stored)
      }
    }))
})
