import { assert, layer } from "@effect/vitest"
import type { TenantId } from "@innkeeper/config"
import { asTenant, withPlatform, withTenant } from "@innkeeper/database"
import { makeTenant, TestDatabase } from "@innkeeper/testkit"
import { Deferred, Effect, Fiber, Layer, Schedule, Stream } from "effect"
import { SqlClient } from "effect/sql"
import { parseCursor } from "../event/Cursor.ts"
import { Outbox } from "../event/Outbox.ts"
import { OutboxSignal } from "../event/OutboxSignal.ts"
import { eventsBetween, horizon } from "../event/OutboxStore.ts"
import { migrations } from "../Migrations.ts"
import { LiveFeed, type Told } from "./LiveFeed.ts"
import type { Viewer } from "./Viewers.ts"

const Live = Layer.mergeAll(LiveFeed.layer, Outbox.layer).pipe(
  Layer.provideMerge(OutboxSignal.layer),
  Layer.provideMerge(TestDatabase.layer([migrations]))
)

const publish = Effect.fnUntraced(function*(tenant: TenantId, ...subjects: ReadonlyArray<string>) {
  const { publishAll } = yield* Outbox
  const events = subjects.map((subject) => ({ type: "note.written", subject, payload: null }))
  yield* publishAll(events).pipe(withTenant, asTenant(tenant))
})

const told = (message: Told) => message._tag === "Resync" ? "resync" : message.subject

const viewer = (tenantId: TenantId, kind: Viewer["kind"] = "api-key", id = "k1"): Viewer => ({
  tenantId,
  kind,
  id,
  name: id
})

/** Reads on in the background; `opened` is there as soon as the first message is. */
const read = Effect.fnUntraced(function*(tenant: TenantId | Viewer, count: number, after?: string) {
  const { changes } = yield* LiveFeed
  const opened = yield* Deferred.make<void>()
  const reader = yield* changes(typeof tenant === "string" ? viewer(tenant) : tenant, after).pipe(
    Stream.tap(() => Deferred.succeed(opened, undefined)),
    Stream.take(count),
    Stream.runCollect,
    Effect.forkScoped
  )
  return { opened: Deferred.await(opened), messages: Fiber.join(reader) }
})

/** What a reader was told who has seen nothing but one event, which is written for it. */
const startOf = Effect.fnUntraced(function*(tenant: TenantId) {
  const opening = yield* read(tenant, 2)
  yield* opening.opened
  yield* publish(tenant, "start")
  return (yield* opening.messages)[1]!
})

let tenants = 0
const newTenant = Effect.suspend(() => makeTenant(`feed-${++tenants}`))

layer(Live, { excludeTestServices: true })("live feed", (it) => {
  it.effect("tells what happens from now on, in order, once", () =>
    Effect.gen(function*() {
      const acme = yield* newTenant
      const { messages, opened } = yield* read(acme, 4)
      yield* opened
      yield* publish(acme, "a", "b")
      yield* publish(acme, "c")
      assert.deepStrictEqual((yield* messages).map(told), ["resync", "a", "b", "c"])
    }))

  it.effect("tells exactly what was missed after the cursor, then goes on", () =>
    Effect.gen(function*() {
      const acme = yield* newTenant
      const first = yield* read(acme, 3)
      yield* first.opened
      yield* publish(acme, "a", "b")
      const [, a] = yield* first.messages
      yield* publish(acme, "c")
      const second = yield* read(acme, 4, a!.cursor)
      yield* second.opened
      yield* publish(acme, "d", "e")
      assert.deepStrictEqual((yield* second.messages).map(told), ["b", "c", "d", "e"])
    }))

  it.effect("has no gap and no doubles while readers come and events are committed side by side", () =>
    Effect.gen(function*() {
      const acme = yield* newTenant
      const start = yield* startOf(acme)
      const subjects = Array.from({ length: 120 }, (_, number) => `${number}`)
      const readers = yield* Effect.forEach(subjects, (subject, number) =>
        publish(acme, subject).pipe(
          Effect.andThen(number % 10 === 0 ? read(acme, subjects.length, start.cursor) : Effect.undefined)
        ), { concurrency: 6 })
      for (const reader of readers) {
        if (reader === undefined) continue
        assert.sameMembers((yield* reader.messages).map(told), subjects)
      }
    }))

  it.effect("tells a tenant nothing of another", () =>
    Effect.gen(function*() {
      const [acme, globex] = [yield* newTenant, yield* newTenant]
      const ofAcme = yield* read(acme, 3)
      const ofGlobex = yield* read(globex, 2)
      yield* ofAcme.opened
      yield* ofGlobex.opened
      yield* publish(acme, "acme 1")
      yield* publish(globex, "globex 1")
      yield* publish(acme, "acme 2")
      assert.deepStrictEqual((yield* ofAcme.messages).map(told), ["resync", "acme 1", "acme 2"])
      const [, event] = yield* ofGlobex.messages
      assert.strictEqual(told(event!), "globex 1")

      const resumed = yield* read(acme, 1, event!.cursor)
      assert.deepStrictEqual((yield* resumed.messages).map(told), ["acme 2"])
    }))

  it.effect("reaches readers on every pod", () =>
    Effect.gen(function*() {
      const acme = yield* newTenant
      const pod = Layer.fresh(LiveFeed.layer).pipe(Layer.provide(Layer.fresh(OutboxSignal.layer)))
      const feeds = [yield* Layer.build(pod), yield* Layer.build(pod)]
      const readers = yield* Effect.forEach(feeds, (feed) => Effect.provideContext(read(acme, 2), feed))
      yield* Effect.forEach(readers, ({ opened }) => opened)
      yield* publish(acme, "told to all")
      for (const { messages } of readers) {
        assert.deepStrictEqual((yield* messages).map(told), ["resync", "told to all"])
      }
    }))

  it.effect("tells a person what is for them alone, on whichever pod, and nobody else", () =>
    Effect.gen(function*() {
      const acme = yield* newTenant
      const earlier = yield* read(acme, 2)
      yield* earlier.opened
      yield* publish(acme, "earlier")
      // Told once it is below the horizon: who opens after that has a cursor behind which events are kept.
      yield* earlier.messages
      const [ada, bob] = ["01980000-0000-7000-8000-00000000000a", "01980000-0000-7000-8000-00000000000b"]
      const pod = Layer.fresh(LiveFeed.layer).pipe(Layer.provide(Layer.fresh(OutboxSignal.layer)))
      const feeds = [yield* Layer.build(pod), yield* Layer.build(pod)]
      const everywhere = (viewer: Viewer, count: number) =>
        Effect.forEach(feeds, (feed) => Effect.provideContext(read(viewer, count), feed))
      const ofAda = yield* everywhere(viewer(acme, "user", ada), 3)
      const ofBob = yield* everywhere(viewer(acme, "user", bob), 2)
      const ofKey = yield* everywhere(viewer(acme, "api-key", ada), 2)
      yield* Effect.forEach([...ofAda, ...ofBob, ...ofKey], ({ opened }) => opened)
      const { publishAll } = yield* Outbox
      yield* publishAll([
        { type: "shift.started", subject: "s1", payload: { hours: 8 }, recipient: ada },
        { type: "note.written", subject: "for all", payload: null }
      ]).pipe(withTenant, asTenant(acme))
      for (const { messages } of ofAda) {
        const [opening, notice, change] = yield* messages
        assert.deepStrictEqual([opening, notice, change].map((message) => message!._tag), [
          "Resync",
          "Notice",
          "Change"
        ])
        assert.deepStrictEqual(notice?._tag === "Notice" ? notice.payload : null, { hours: 8 })
      }
      for (const { messages } of [...ofBob, ...ofKey]) {
        assert.deepStrictEqual((yield* messages).map(told), ["resync", "for all"])
      }

      const [before] = yield* ofBob[0]!.messages
      assert.deepStrictEqual(
        (yield* (yield* read(viewer(acme, "user", bob), 1, before!.cursor)).messages).map(told),
        ["for all"]
      )
      assert.deepStrictEqual(
        (yield* (yield* read(viewer(acme, "user", ada), 2, before!.cursor)).messages).map(told),
        ["s1", "for all"]
      )
    }))

  it.effect("tells nothing of a transaction that was rolled back", () =>
    Effect.gen(function*() {
      const acme = yield* newTenant
      const { messages, opened } = yield* read(acme, 2)
      yield* opened
      const { publishAll } = yield* Outbox
      yield* publishAll([{ type: "note.written", subject: "undone", payload: null }]).pipe(
        Effect.andThen(Effect.fail("undo" as const)),
        withTenant,
        asTenant(acme),
        Effect.ignore
      )
      yield* publish(acme, "done")
      assert.deepStrictEqual((yield* messages).map(told), ["resync", "done"])
    }))

  it.effect("tells a reader that missed too much to read all anew", () =>
    Effect.gen(function*() {
      const acme = yield* newTenant
      const start = yield* startOf(acme)
      yield* publish(acme, ...Array.from({ length: 501 }, (_, number) => `${number}`))
      // A transaction of another test may hold the horizon below them: who opens then has missed none.
      const after = parseCursor(start.cursor)
      const missed = Effect.flatMap(horizon, (below) => eventsBetween({ after, below, limit: 501 }))
      yield* withTenant(missed).pipe(
        Effect.repeat({ until: (events) => events.length === 501, schedule: Schedule.spaced("20 millis") }),
        asTenant(acme)
      )
      const { messages, opened } = yield* read(acme, 2, start.cursor)
      yield* opened
      yield* publish(acme, "next")
      assert.deepStrictEqual((yield* messages).map(told), ["resync", "next"])
    }))

  it.effect("tells a reader whose missed events may be deleted to read all anew", () =>
    Effect.gen(function*() {
      const acme = yield* newTenant
      const opening = yield* read(acme, 4)
      yield* opening.opened
      yield* publish(acme, "start")
      yield* publish(acme, "deleted")
      yield* publish(acme, "kept")
      // Told is what is below the horizon, which transactions of others hold up: who opens then has missed all of it.
      const [, start] = yield* opening.messages
      const sql = yield* SqlClient.SqlClient
      const removed = yield* sql`
        DELETE FROM outbox_event WHERE tenant_id = ${acme} AND subject IN ('start', 'deleted') RETURNING subject`.pipe(
        withPlatform("test")
      )
      assert.strictEqual(removed.length, 2)
      const { messages } = yield* read(acme, 1, start!.cursor)
      assert.deepStrictEqual((yield* messages).map(told), ["resync"])
    }))

  it.effect("tells a reader to read all anew when all events of its tenant are deleted", () =>
    Effect.gen(function*() {
      const acme = yield* newTenant
      const start = yield* startOf(acme)
      const sql = yield* SqlClient.SqlClient
      yield* sql`DELETE FROM outbox_event WHERE tenant_id = ${acme}`.pipe(withPlatform("test"))
      const { messages } = yield* read(acme, 1, start.cursor)
      assert.deepStrictEqual((yield* messages).map(told), ["resync"])
    }))

  it.effect("tells a reader with a cursor of another life of the database to read all anew", () =>
    Effect.gen(function*() {
      const acme = yield* newTenant
      const { messages } = yield* read(acme, 1, "99999999999999999999-1")
      assert.deepStrictEqual((yield* messages).map(told), ["resync"])
    }))

  it.effect("lets a slow reader lose its place, and tells it, while the others go on", () =>
    Effect.gen(function*() {
      const acme = yield* newTenant
      const { changes } = yield* LiveFeed
      const [opened, goOn] = [yield* Deferred.make<void>(), yield* Deferred.make<void>()]
      const untilLast = Stream.takeUntil<Told>((message) => told(message) === "last")
      const slow = yield* changes(viewer(acme)).pipe(
        Stream.tap(() => Effect.andThen(Deferred.succeed(opened, undefined), Deferred.await(goOn))),
        untilLast,
        Stream.runCollect,
        Effect.forkScoped
      )
      const quick = yield* changes(viewer(acme)).pipe(untilLast, Stream.runDrain, Effect.forkScoped)
      yield* Deferred.await(opened)
      yield* publish(acme, ...Array.from({ length: 600 }, (_, number) => `a${number}`))
      yield* publish(acme, ...Array.from({ length: 600 }, (_, number) => `b${number}`))
      yield* publish(acme, "last")
      yield* Fiber.join(quick)
      yield* Deferred.succeed(goOn, undefined)
      const seen = (yield* Fiber.join(slow)).map(told)
      assert.deepStrictEqual([seen[0], seen.at(-1)], ["resync", "last"])
      assert.isAtLeast(seen.filter((subject) => subject === "resync").length, 2)
    }))
})
