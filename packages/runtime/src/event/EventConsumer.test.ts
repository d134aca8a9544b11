import { assert, layer } from "@effect/vitest"
import type { TenantId } from "@innkeeper/config"
import { asTenant, withPlatform, withTenant } from "@innkeeper/database"
import { longTransaction, makeTenant, TestDatabase } from "@innkeeper/testkit"
import { Deferred, Effect, Exit, Layer, Queue, Schedule, Scope } from "effect"
import { Sharding } from "effect/cluster"
import { SqlClient } from "effect/sql"
import { clusterLayer } from "../cluster/Cluster.ts"
import { migrations } from "../Migrations.ts"
import { currentTraceparent, inTrace } from "../observability/TraceContext.ts"
import { findConsumers } from "./ConsumerStore.ts"
import type { DomainEvent } from "./DomainEvent.ts"
import { EventConsumer } from "./EventConsumer.ts"
import { Outbox } from "./Outbox.ts"
import { OutboxSignal } from "./OutboxSignal.ts"

const Live = Layer.merge(clusterLayer({ kind: "embedded" }), Outbox.layer).pipe(
  Layer.provideMerge(OutboxSignal.layer),
  Layer.provideMerge(TestDatabase.layer([migrations]))
)

let tenants = 0
const newTenant = Effect.suspend(() => makeTenant(`consumer-${++tenants}`))

/** Publishes events, `subject/text` each, in one transaction. */
const publish = Effect.fnUntraced(function*(tenant: TenantId, type: string, ...events: ReadonlyArray<string>) {
  const { publishAll } = yield* Outbox
  yield* publishAll(events.map((payload) => ({ type, subject: payload.split("/")[0]!, payload }))).pipe(
    withTenant,
    asTenant(tenant)
  )
})

/** Starts a consumer in a process that begins now; it ends with the returned scope. */
const start = Effect.fnUntraced(function*(
  name: string,
  handle: (text: string, event: DomainEvent) => Effect.Effect<unknown>,
  readsAhead = false,
  types: ReadonlyArray<string> = [name]
) {
  const scope = yield* Scope.fork(yield* Effect.scope)
  const consumer = EventConsumer.layer({
    name,
    types,
    readsAhead,
    handler: (event) => Effect.asVoid(handle(String(event.payload), event))
  })
  yield* Layer.buildWithScope(Layer.provide(consumer, Layer.fresh(OutboxSignal.layer)), scope)
  return scope
})

/** Another process begins, with these types of a consumer, which goes on where it runs. */
const beginElsewhere = (name: string, types: ReadonlyArray<string>) =>
  Layer.build(
    EventConsumer.layer({ name, types, handler: () => Effect.void }).pipe(
      Layer.provide([
        Layer.fresh(OutboxSignal.layer),
        Layer.effect(
          Sharding.Sharding,
          Effect.map(Sharding.Sharding, (sharding) =>
            Sharding.Sharding.of({ ...sharding, registerSingleton: () => Effect.void }))
        )
      ])
    )
  )

/** Waits until the consumer has nothing left to do, and has written that down. */
const caughtUp = (name: string) =>
  withPlatform("test")(findConsumers).pipe(
    Effect.repeat({
      until: (consumers) => consumers.some((consumer) => consumer.name === name && consumer.waiting === 0),
      schedule: Schedule.spaced("20 millis")
    })
  )

const bySubject = (texts: ReadonlyArray<string>) => Object.groupBy(texts, (text) => text.split("/")[0]!)

layer(Live, { excludeTestServices: true })("event consumer", (it) => {
  it.effect("handles the events of its types, those of one subject in order", () =>
    Effect.gen(function*() {
      const acme = yield* newTenant
      const handled = yield* Queue.unbounded<string>()
      yield* publish(acme, "order", "a/1", "b/1", "a/2")
      yield* publish(acme, "other", "a/x")
      yield* start("order", (text) => Effect.andThen(Effect.yieldNow, Queue.offer(handled, text)))
      yield* publish(acme, "order", "b/2", "a/3", "c/1")
      yield* publish(acme, "order", "a/4")
      const texts = yield* Effect.replicateEffect(Queue.take(handled), 7)
      assert.deepStrictEqual({ ...bySubject(texts) }, {
        a: ["a/1", "a/2", "a/3", "a/4"],
        b: ["b/1", "b/2"],
        c: ["c/1"]
      })
    }).pipe(Effect.scoped))

  it.effect("tells a handler which tenant's event it is", () =>
    Effect.gen(function*() {
      const [acme, globex] = [yield* newTenant, yield* newTenant]
      const handled = yield* Queue.unbounded<string>()
      yield* start("whose", (text, { tenantId }) => Queue.offer(handled, `${text} ${tenantId}`))
      yield* publish(acme, "whose", "same/acme")
      yield* publish(globex, "whose", "same/globex")
      const texts = yield* Effect.replicateEffect(Queue.take(handled), 2)
      assert.sameMembers(texts, [`same/acme ${acme}`, `same/globex ${globex}`])
    }).pipe(Effect.scoped))

  it.effect("handles nothing of a transaction that was rolled back", () =>
    Effect.gen(function*() {
      const acme = yield* newTenant
      const handled = yield* Queue.unbounded<string>()
      yield* start("undone", (text) => Queue.offer(handled, text))
      yield* publish(acme, "undone", "a/undone").pipe(
        Effect.andThen(Effect.fail("undo" as const)),
        withTenant,
        asTenant(acme),
        Effect.ignore
      )
      yield* publish(acme, "undone", "a/done")
      assert.strictEqual(yield* Queue.take(handled), "a/done")
    }).pipe(Effect.scoped))

  it.effect("handles again what was not finished when the process ended, and nothing that was", () =>
    Effect.gen(function*() {
      const acme = yield* newTenant
      const begun = yield* Deferred.make<void>()
      const first = yield* start(
        "crash",
        (text) => text === "b/hangs" ? Effect.andThen(Deferred.succeed(begun, undefined), Effect.never) : Effect.void
      )
      yield* publish(acme, "crash", "a/1")
      yield* caughtUp("crash")
      yield* publish(acme, "crash", "b/hangs", "b/2")
      yield* Deferred.await(begun)
      yield* Scope.close(first, Exit.void)

      const handled = yield* Queue.unbounded<string>()
      const second = yield* start("crash", (text) => Queue.offer(handled, text))
      assert.deepStrictEqual(yield* Effect.replicateEffect(Queue.take(handled), 2), ["b/hangs", "b/2"])
      yield* caughtUp("crash")
      yield* Scope.close(second, Exit.void)

      yield* start("crash", (text) => Queue.offer(handled, text))
      yield* publish(acme, "crash", "c/1")
      assert.strictEqual(yield* Queue.take(handled), "c/1")
    }).pipe(Effect.scoped))

  it.effect("reads ahead, if it may, of a transaction that takes long, and nothing twice", () =>
    Effect.gen(function*() {
      const acme = yield* newTenant
      const handled = yield* Queue.unbounded<string>()
      const waiting: Array<string> = []
      yield* start("ahead", (text) => Queue.offer(handled, text), true)
      yield* start("patient", (text) => Effect.sync(() => waiting.push(text)))
      const { end } = yield* longTransaction
      // More than one look takes.
      const texts = Array.from({ length: 601 }, (_, number) => `${number}/ahead`)
      yield* publish(acme, "ahead", ...texts)
      yield* publish(acme, "patient", "a/patient")
      assert.sameMembers(yield* Effect.replicateEffect(Queue.take(handled), 601), texts)
      yield* publish(acme, "ahead", "a/later")
      assert.strictEqual(yield* Queue.take(handled), "a/later")
      assert.deepStrictEqual(waiting, [])

      yield* end
      yield* publish(acme, "ahead", "a/last")
      assert.strictEqual(yield* Queue.take(handled), "a/last")
      yield* caughtUp("ahead")
      yield* caughtUp("patient")
      assert.strictEqual(yield* Queue.size(handled), 0)
      assert.deepStrictEqual(waiting, ["a/patient"])
    }).pipe(Effect.scoped))

  it.effect("goes on with the trace in which an event happened", () =>
    Effect.gen(function*() {
      const acme = yield* newTenant
      const seen = yield* Queue.unbounded<string | null>()
      yield* start("traced", () => Effect.flatMap(currentTraceparent, (trace) => Queue.offer(seen, trace)))
      const traceId = "0af7651916cd43dd8448eb211c80319c"
      yield* publish(acme, "traced", "a/1").pipe(inTrace(`00-${traceId}-b7ad6b7169203331-01`))
      const trace = yield* Queue.take(seen)
      assert.match(trace!, new RegExp(`^00-${traceId}-[\\da-f]{16}-01$`))
      assert.notInclude(trace, "b7ad6b7169203331")
      yield* publish(acme, "traced", "b/1")
      assert.notInclude(yield* Queue.take(seen), traceId)
    }).pipe(Effect.scoped))

  it.effect("puts an event aside that always fails, and goes on with the others", () =>
    Effect.gen(function*() {
      const acme = yield* newTenant
      const handled = yield* Queue.unbounded<string>()
      let tries = 0
      yield* start("fails", (text) =>
        text === "a/fails"
          ? Effect.suspend(() => Effect.die(`try ${++tries}`))
          : Queue.offer(handled, text))
      yield* publish(acme, "fails", "a/fails", "a/after", "b/beside")
      assert.strictEqual(yield* Queue.take(handled), "b/beside")
      assert.strictEqual(yield* Queue.take(handled), "a/after")
      assert.strictEqual(tries, 5)
      yield* caughtUp("fails")

      const sql = yield* SqlClient.SqlClient
      const letters = yield* sql<{ readonly consumer: string; readonly event: unknown; readonly error: string }>`
        SELECT consumer, event - 'traceparent' - 'recipient' AS event, error FROM dead_letter`.pipe(
        withTenant,
        asTenant(acme)
      )
      assert.strictEqual(letters.length, 1)
      assert.deepStrictEqual([letters[0]!.consumer, letters[0]!.event], [
        "fails",
        { type: "fails", subject: "a", payload: "a/fails" }
      ])
      assert.include(letters[0]!.error, "try 5")
    }).pipe(Effect.scoped))

  it.effect("tries again when a handler fails once", () =>
    Effect.gen(function*() {
      const acme = yield* newTenant
      const handled = yield* Queue.unbounded<string>()
      let tries = 0
      yield* start("flaky", (text) =>
        Effect.suspend(() => ++tries === 1 ? Effect.die("away") : Queue.offer(handled, `${text} ${tries}`)))
      yield* publish(acme, "flaky", "a/1")
      assert.strictEqual(yield* Queue.take(handled), "a/1 2")
      yield* caughtUp("flaky")
      const sql = yield* SqlClient.SqlClient
      assert.deepStrictEqual(yield* sql`SELECT FROM dead_letter`.pipe(withTenant, asTenant(acme)), [])
    }).pipe(Effect.scoped))

  it.effect("goes through a backlog of more than one batch in order", () =>
    Effect.gen(function*() {
      const acme = yield* newTenant
      const texts = Array.from({ length: 1203 }, (_, number) => `a/${number}`)
      yield* publish(acme, "backlog", ...texts)
      const handled = yield* Queue.unbounded<string>()
      yield* start("backlog", (text) => Queue.offer(handled, text))
      assert.deepStrictEqual(yield* Effect.replicateEffect(Queue.take(handled), texts.length), texts)
    }).pipe(Effect.scoped))

  it.effect("gets the events of a new type since the first pod that has it began, whatever pods run it meanwhile", () =>
    Effect.gen(function*() {
      const acme = yield* newTenant
      const handled = yield* Queue.unbounded<string>()
      const run = (types: ReadonlyArray<string>) => start("grows", (text) => Queue.offer(handled, text), false, types)
      const expectHandled = Effect.fnUntraced(function*(...texts: ReadonlyArray<string>) {
        assert.deepStrictEqual(yield* Effect.replicateEffect(Queue.take(handled), texts.length), texts)
        yield* caughtUp("grows")
      })

      const old = yield* run(["first"])
      yield* publish(acme, "first", "a/1")
      yield* expectHandled("a/1")
      yield* publish(acme, "second", "b/of nobody")
      yield* publish(acme, "first", "a/2")
      yield* expectHandled("a/2")
      yield* beginElsewhere("grows", ["first", "second"])
      yield* publish(acme, "second", "b/1", "b/2")
      yield* publish(acme, "first", "a/3")
      yield* beginElsewhere("grows", ["first", "second"])
      yield* expectHandled("a/3")
      yield* Scope.close(old, Exit.void)

      const hanging = yield* Deferred.make<void>()
      const dies = yield* start(
        "grows",
        () => Effect.andThen(Deferred.succeed(hanging, undefined), Effect.never),
        false,
        ["first", "second"]
      )
      yield* Deferred.await(hanging)
      yield* Scope.close(dies, Exit.void)

      const young = yield* run(["first", "second"])
      yield* publish(acme, "second", "b/3")
      yield* expectHandled("b/1", "b/2", "b/3")
      yield* Scope.close(young, Exit.void)

      const back = yield* run(["first"])
      yield* publish(acme, "second", "b/4")
      yield* publish(acme, "first", "a/4")
      yield* expectHandled("a/4")
      yield* Scope.close(back, Exit.void)
      yield* run(["first", "second"])
      yield* publish(acme, "first", "a/5")
      yield* expectHandled("b/4", "a/5")
    }).pipe(Effect.scoped))

  it.effect("goes on without loss where pods with other types run at the same time", () =>
    Effect.gen(function*() {
      const acme = yield* newTenant
      const handled = new Set<string>()
      const texts = Array.from({ length: 20 }, (_, number) => `b/${number}`)
      const second = (text: string) => Effect.sync(() => handled.add(text))
      yield* start("torn", () => Effect.void, false, ["torn/first"])
      const other = yield* Layer.build(Layer.fresh(clusterLayer({ kind: "embedded" })))
      yield* start("torn", second, false, ["torn/first", "torn/second"]).pipe(Effect.provideContext(other))
      for (const text of texts) {
        yield* publish(acme, "torn/second", text)
        yield* publish(acme, "torn/first", `a/${text}`)
      }
      yield* Effect.repeat(Effect.succeed(handled), {
        until: (found) => texts.every((text) => found.has(text)),
        schedule: Schedule.spaced("20 millis")
      })
    }).pipe(Effect.scoped))
})
