import { assert, layer } from "@effect/vitest"
import type { TenantId } from "@innkeeper/config"
import { asTenant, withTenant } from "@innkeeper/database"
import { makeTenant, TestDatabase } from "@innkeeper/testkit"
import { DateTime, Deferred, Effect, Layer, Queue, Schedule } from "effect"
import { SqlClient } from "effect/sql"
import { clusterLayer } from "../cluster/Cluster.ts"
import { migrations } from "../Migrations.ts"
import { EventConsumer } from "./EventConsumer.ts"
import { EventConsumers } from "./EventConsumers.ts"
import { Outbox } from "./Outbox.ts"
import { OutboxSignal } from "./OutboxSignal.ts"

const Live = Layer.mergeAll(clusterLayer({ kind: "embedded" }), Outbox.layer, EventConsumers.layer).pipe(
  Layer.provideMerge(OutboxSignal.layer),
  Layer.provideMerge(TestDatabase.layer([migrations]))
)

let tenants = 0
const newTenant = Effect.suspend(() => makeTenant(`consumers-${++tenants}`))

const publish = Effect.fnUntraced(function*(tenant: TenantId, type: string, ...texts: ReadonlyArray<string>) {
  const { publishAll } = yield* Outbox
  yield* publishAll(texts.map((payload) => ({ type, subject: payload.split("/")[0]!, payload }))).pipe(
    withTenant,
    asTenant(tenant)
  )
})

const start = Effect.fnUntraced(function*(name: string, handle: (text: string) => Effect.Effect<unknown>) {
  const consumer = EventConsumer.layer({
    name,
    types: [name],
    handler: ({ payload }) => Effect.asVoid(handle(String(payload)))
  })
  yield* Layer.build(consumer)
})

/** How the consumer stands as soon as it has nothing to do. */
const caughtUp = (name: string) =>
  Effect.flatMap(
    EventConsumers,
    ({ list }) =>
      Effect.repeat(Effect.map(list, (consumers) => consumers.find((consumer) => consumer.name === name)), {
        until: (consumer) => consumer?.waiting === 0,
        schedule: Schedule.spaced("20 millis")
      })
  )

layer(Live, { excludeTestServices: true })("consumers of events", (it) => {
  it.effect("get their events since a time again, in the order of each subject", () =>
    Effect.gen(function*() {
      const acme = yield* newTenant
      const { replay } = yield* EventConsumers
      const handled = yield* Queue.unbounded<string>()
      yield* start("again", (text) => Queue.offer(handled, text))
      yield* publish(acme, "again", "a/early")
      assert.strictEqual(yield* Queue.take(handled), "a/early")
      const since = yield* DateTime.now
      yield* Effect.sleep("5 millis")
      yield* publish(acme, "again", "a/1", "b/1", "a/2")
      yield* publish(acme, "other", "a/x")
      yield* publish(acme, "again", "a/3")
      yield* Effect.replicateEffect(Queue.take(handled), 4)
      yield* caughtUp("again")

      const { events, from } = yield* replay("again", since)
      assert.strictEqual(events, 4)
      assert.isTrue(from !== null && DateTime.isGreaterThanOrEqualTo(from, since))
      yield* publish(acme, "again", "a/4")
      const texts = yield* Effect.replicateEffect(Queue.take(handled), 5)
      assert.deepStrictEqual(texts.filter((text) => text.startsWith("a")), ["a/1", "a/2", "a/3", "a/4"])
      assert.deepStrictEqual(texts.filter((text) => text.startsWith("b")), ["b/1"])
      yield* caughtUp("again")
      assert.strictEqual(yield* Queue.size(handled), 0)
    }).pipe(Effect.scoped))

  it.effect("keep the order of a replay that comes while they handle a batch", () =>
    Effect.gen(function*() {
      const acme = yield* newTenant
      const { replay } = yield* EventConsumers
      const handled = yield* Queue.unbounded<string>()
      const [begun, goOn] = [yield* Deferred.make<void>(), yield* Deferred.make<void>()]
      yield* start("midst", (text) =>
        Effect.gen(function*() {
          yield* Queue.offer(handled, text)
          if (text !== "a/2") return
          yield* Deferred.succeed(begun, undefined)
          yield* Deferred.await(goOn)
        }))
      const since = yield* DateTime.now
      yield* publish(acme, "midst", "a/1")
      assert.strictEqual(yield* Queue.take(handled), "a/1")
      yield* caughtUp("midst")
      yield* publish(acme, "midst", "a/2")
      yield* Deferred.await(begun)
      yield* replay("midst", since)
      yield* Deferred.succeed(goOn, undefined)
      assert.deepStrictEqual(yield* Effect.replicateEffect(Queue.take(handled), 3), ["a/2", "a/1", "a/2"])
    }).pipe(Effect.scoped))

  it.effect("are told from when on events are kept, and are never moved forward", () =>
    Effect.gen(function*() {
      const acme = yield* newTenant
      const { list, replay } = yield* EventConsumers
      const sql = yield* SqlClient.SqlClient
      yield* sql`
        INSERT INTO event_consumer (name, transaction, position, types) VALUES ('asleep', '0', 0, '{asleep}')`
      yield* publish(acme, "asleep", "a/1")
      yield* Effect.sleep("5 millis")
      const since = yield* DateTime.now
      yield* publish(acme, "asleep", "a/2")
      const { from } = yield* replay("asleep", since)
      assert.isTrue(from !== null && DateTime.isGreaterThanOrEqualTo(from, since))
      const asleep = (yield* list).find(({ name }) => name === "asleep")!
      assert.deepStrictEqual([asleep.waiting, asleep.types, asleep.runner, asleep.deadLetters], [
        2,
        ["asleep"],
        null,
        0
      ])
      assert.isAbove(asleep.lagSeconds, 0)

      const all = yield* replay("asleep", DateTime.subtract(since, { days: 30 }))
      assert.strictEqual(all.events, 2)
      assert.isTrue(all.from !== null && DateTime.isGreaterThan(all.from, DateTime.subtract(since, { days: 1 })))
      assert.deepStrictEqual({ ...yield* replay("asleep", DateTime.add(since, { days: 1 })) }, {
        from: null,
        events: 0
      })
      assert.strictEqual((yield* Effect.flip(replay("nobody", since)))._tag, "ConsumerNotFound")
    }).pipe(Effect.scoped))
})
