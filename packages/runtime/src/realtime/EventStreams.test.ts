import { NodeHttpServer } from "@effect/platform-node"
import { assert, layer } from "@effect/vitest"
import { TenantId } from "@innkeeper/config"
import { asTenant, OwnerSql, withTenant } from "@innkeeper/database"
import { makeTenant, TestDatabase, tick } from "@innkeeper/testkit"
import { Context, Effect, Fiber, Layer, Schedule, Schema, Stream } from "effect"
import { Sse } from "effect/encoding"
import { HttpClient, HttpClientRequest, HttpRouter, HttpServer, HttpServerRequest } from "effect/http"
import { TestClock } from "effect/testing"
import { type ClientRequest, get } from "node:http"
import { Outbox } from "../event/Outbox.ts"
import { OutboxSignal } from "../event/OutboxSignal.ts"
import { Health } from "../health/Health.ts"
import { migrations } from "../Migrations.ts"
import { EventStreams } from "./EventStreams.ts"
import { SocketUnauthorized } from "./LiveAuthorization.ts"
import { LiveFeed, type Told } from "./LiveFeed.ts"
import { type Viewer, Viewers, type Violation } from "./Viewers.ts"

const violations: Array<Violation> = []

const identify = ({ cookie }: HttpServerRequest.HttpServerRequest["headers"]) =>
  Schema.is(TenantId)(cookie)
    ? Effect.succeed<Viewer>({
      tenantId: cookie,
      kind: "user",
      id: "01980000-0000-7000-8000-00000000000a",
      name: "Ada"
    })
    : Effect.fail(new SocketUnauthorized())

const ViewersLive = Layer.succeed(Viewers, {
  identify,
  mayOpen: Effect.succeed(true),
  report: (violation) => Effect.sync(() => violations.push(violation))
})

const route = HttpRouter.use(Effect.fnUntraced(function*(router) {
  const streams = yield* EventStreams
  yield* router.add(
    "GET",
    "/stream",
    Effect.fnUntraced(function*(request) {
      const viewer = yield* Effect.orDie(identify(request.headers))
      const { searchParams } = new URL(request.url, "http://test")
      const after = searchParams.get("after") ?? undefined
      return yield* streams.open({ viewer, after, types: searchParams.getAll("type") })
    })
  )
}))

/** A pod of its own, beside others on the same database. */
const Pod = HttpRouter.serve(route, { disableListenLog: true, disableLogger: true }).pipe(
  Layer.provide(EventStreams.layer),
  Layer.provide([ViewersLive, LiveFeed.layer]),
  Layer.provide(OutboxSignal.layer),
  Layer.provideMerge(Health.layer),
  Layer.provideMerge(NodeHttpServer.layerTest),
  Layer.fresh
)

const Live = Pod.pipe(Layer.provideMerge(Outbox.layer), Layer.provideMerge(TestDatabase.layer([migrations])))

const publish = Effect.fnUntraced(function*(
  tenant: TenantId,
  ...events: ReadonlyArray<{ readonly type: string; readonly subject: string; readonly recipient?: string }>
) {
  const { publishAll } = yield* Outbox
  yield* publishAll(events.map((event) => ({ payload: null, ...event }))).pipe(withTenant, asTenant(tenant))
})

const open = Effect.fnUntraced(function*(tenant: TenantId, path = "/stream", headers: Record<string, string> = {}) {
  const response = yield* HttpClient.execute(
    HttpClientRequest.get(path).pipe(HttpClientRequest.setHeaders({ cookie: tenant, ...headers }))
  )
  const parsed: Array<Sse.AnyEvent> = []
  const parser = Sse.makeParser((event) => parsed.push(event))
  const events = Stream.decodeText(response.stream).pipe(
    Stream.orDie,
    Stream.flatMap((text) => {
      parser.feed(text)
      return Stream.fromIterable(parsed.splice(0).filter((event) => event._tag === "Event"))
    })
  )
  return { response, events }
})

/** The first events, each with what it is about; `whenOpen` runs after the first one. */
const read = Effect.fnUntraced(function*<E, R>(
  count: number,
  { events }: Effect.Success<ReturnType<typeof open>>,
  whenOpen: Effect.Effect<unknown, E, R>
) {
  let begun = false
  const found = yield* events.pipe(
    Stream.tap(() =>
      Effect.suspend(() => {
        if (begun) return Effect.void
        begun = true
        return whenOpen
      })
    ),
    Stream.take(count),
    Stream.runCollect
  )
  return found.map(({ data, event, id }) => ({ name: `${event} ${JSON.parse(data).subject ?? ""}`.trim(), data, id }))
})

const names = (events: ReadonlyArray<{ readonly name: string }>) => events.map(({ name }) => name)

layer(Live, { excludeTestServices: true })("the event stream", (it) => {
  it.effect("tells changes as Server-Sent Events, and the viewer's own messages with what is in them", () =>
    Effect.gen(function*() {
      const [acme, globex] = [yield* makeTenant("stream-acme"), yield* makeTenant("stream-globex")]
      const stream = yield* open(acme)
      const { headers, status } = stream.response
      assert.deepStrictEqual([status, headers["content-type"], headers["cache-control"]], [
        200,
        "text/event-stream",
        "no-store"
      ])
      const events = yield* read(
        3,
        stream,
        Effect.andThen(
          publish(globex, { type: "note.written", subject: "of another tenant" }),
          publish(
            acme,
            { type: "note.written", subject: "n1" },
            { type: "shift.started", subject: "bob's", recipient: "01980000-0000-7000-8000-00000000000b" },
            { type: "shift.started", subject: "s1", recipient: "01980000-0000-7000-8000-00000000000a" }
          )
        )
      )
      assert.deepStrictEqual(names(events), ["resync", "change n1", "notice s1"])
      assert.deepInclude(JSON.parse(events[2]!.data), { type: "shift.started", payload: null })
    }).pipe(Effect.scoped))

  it.effect("tells only of the types that are asked for", () =>
    Effect.gen(function*() {
      const acme = yield* makeTenant("stream-types")
      const events = yield* read(
        3,
        yield* open(acme, "/stream?type=incident.*&type=team.changed"),
        publish(
          acme,
          { type: "note.written", subject: "n1" },
          { type: "incident.triggered", subject: "i1" },
          { type: "team.changed", subject: "t1" }
        )
      )
      assert.deepStrictEqual(names(events), ["resync", "change i1", "change t1"])
    }).pipe(Effect.scoped))

  it.effect("goes on after the last event that the client has seen", () =>
    Effect.gen(function*() {
      const acme = yield* makeTenant("stream-resume")
      const notes = ["a", "b", "c"].map((subject) => ({ type: "note.written", subject }))
      const [, a, b] = yield* Effect.scoped(
        Effect.flatMap(open(acme), (stream) => read(4, stream, publish(acme, ...notes)))
      )
      const more = publish(acme, { type: "note.written", subject: "d" })
      const resumed = yield* read(3, yield* open(acme, "/stream", { "last-event-id": a!.id! }), more)
      assert.deepStrictEqual(names(resumed), ["change b", "change c", "change d"])
      // What the browser saw last is newer than what its page was opened with.
      const both = yield* open(acme, `/stream?after=${a!.id}`, { "last-event-id": b!.id! })
      assert.deepStrictEqual(names(yield* read(2, both, Effect.void)), ["change c", "change d"])
      const given = yield* open(acme, `/stream?after=${b!.id}`)
      assert.deepStrictEqual(names(yield* read(2, given, Effect.void)), ["change c", "change d"])
    }).pipe(Effect.scoped))

  it.effect("tells a client that comes back all that the feed keeps for it, however much that is", () =>
    Effect.gen(function*() {
      const acme = yield* makeTenant("stream-backlog")
      const note = (number: number) => ({ type: "note.written", subject: `n${number}` })
      const missed = Array.from({ length: 500 }, (_, number) => note(number + 1))
      const [, start] = yield* Effect.scoped(
        Effect.flatMap(open(acme), (stream) => read(2, stream, publish(acme, note(0))))
      )
      // Told to somebody else, they are below the horizon: who opens then has missed all of them.
      yield* Effect.scoped(Effect.flatMap(open(acme), (stream) => read(501, stream, publish(acme, ...missed))))
      const resumed = yield* read(500, yield* open(acme, "/stream", { "last-event-id": start!.id! }), Effect.void)
      assert.deepStrictEqual(names(resumed), missed.map(({ subject }) => `change ${subject}`))
    }).pipe(Effect.scoped))

  it.effect("ends when what was missed cannot be read, so that its client comes back", () =>
    Effect.gen(function*() {
      const acme = yield* makeTenant("stream-failed")
      const owner = yield* OwnerSql
      yield* Effect.acquireRelease(
        owner`ALTER TABLE outbox_event RENAME TO away`,
        () => Effect.orDie(owner`ALTER TABLE away RENAME TO outbox_event`)
      )
      const { events } = yield* open(acme, "/stream?after=1-1")
      yield* Stream.runDrain(events)
    }).pipe(Effect.scoped))

  it.effect("tells what happens on another pod", () =>
    Effect.gen(function*() {
      const acme = yield* makeTenant("stream-pods")
      const other = yield* Layer.build(Pod)
      const here = yield* open(acme)
      const there = yield* Effect.provideContext(open(acme), other)
      const first = yield* Effect.forkScoped(read(2, here, Effect.void))
      const event = publish(acme, { type: "note.written", subject: "for all" })
      assert.deepStrictEqual(names(yield* read(2, there, event)), ["resync", "change for all"])
      assert.deepStrictEqual(names(yield* Fiber.join(first)), ["resync", "change for all"])
    }).pipe(Effect.scoped))

  it.effect("cuts off a client that does not read, and goes on for the others", () =>
    Effect.gen(function*() {
      const acme = yield* makeTenant("stream-slow")
      violations.length = 0
      const { address } = yield* HttpServer.HttpServer
      const port = address._tag === "UnixPathAddress" ? assert.fail("Not on a port") : address.port
      yield* Effect.acquireRelease(
        Effect.callback<ClientRequest>((resume) => {
          const request = get({ port, path: "/stream", headers: { cookie: acme } }, (response) => {
            response.pause()
            response.on("error", () => {})
            resume(Effect.succeed(request))
          })
        }),
        (request) => Effect.sync(() => request.destroy())
      )
      const quick = yield* open(acme)
      const big = "x".repeat(60_000)
      const flood = Effect.forEach(
        Array.from({ length: 25 }, (_, round) => round),
        (round) =>
          publish(
            acme,
            ...Array.from({ length: 20 }, (_, number) => ({
              type: "note.written",
              subject: `${round}-${number} ${big}`
            }))
          )
      )
      const events = yield* read(501, quick, Effect.forkScoped(flood))
      assert.strictEqual(new Set(names(events)).size, 501)
      yield* Effect.repeat(Effect.sync(() => violations.length), {
        until: (count) => count > 0,
        schedule: Schedule.spaced("20 millis")
      })
      assert.deepStrictEqual(violations.map(({ action, viewer }) => [action, viewer?.tenantId]), [
        ["stream.dropped", acme]
      ])
    }).pipe(Effect.scoped))

  it.effect("ends when the process stops", () =>
    Effect.gen(function*() {
      const acme = yield* makeTenant("stream-stop")
      const { events } = yield* open(acme)
      const end = yield* Effect.forkScoped(Stream.runDrain(events))
      const { stop } = yield* Health
      yield* stop(0)
      yield* Fiber.join(end)
    }).pipe(Effect.scoped))
})

/** A stream on which nothing happens, and what a session of it is worth. */
const quiet = Effect.fnUntraced(function*(sessions: { valid: boolean }, live: Stream.Stream<Told> = Stream.never) {
  const viewer: Viewer = {
    tenantId: TenantId.make("01980000-0000-7000-8000-000000000001"),
    kind: "user",
    id: "a",
    name: ""
  }
  const streams = EventStreams.layer.pipe(
    Layer.provide(Layer.succeed(LiveFeed, { changes: () => live, open: () => Effect.succeed({ first: [], live }) })),
    Layer.provide(Layer.succeed(Viewers, {
      identify: () => sessions.valid ? Effect.succeed(viewer) : Effect.fail(new SocketUnauthorized()),
      mayOpen: Effect.succeed(true),
      report: (violation) => Effect.sync(() => violations.push(violation))
    }))
  )
  const { open } = Context.get(yield* Layer.build(streams), EventStreams)
  const response = yield* open({ viewer, types: [] }).pipe(
    Effect.provideService(
      HttpServerRequest.HttpServerRequest,
      HttpServerRequest.fromWeb(new Request("http://test/stream"))
    )
  )
  const texts: Array<string> = []
  const body = response.body._tag === "Stream" ? response.body.stream : assert.fail("No stream")
  const reader = yield* Stream.decodeText(body).pipe(
    Stream.orDie,
    Stream.runForEach((text) => Effect.sync(() => texts.push(text))),
    Effect.forkScoped
  )
  /** What came in the meantime; the stream's fibers work a little on their own. */
  const taken = Effect.andThen(
    Effect.replicateEffect(tick("1 millis"), 20, { discard: true }),
    Effect.sync(() => texts.splice(0).join(""))
  )
  return { reader, taken }
})

layer(Layer.fresh(Health.layer))("a quiet event stream", (it) => {
  it.effect("sends a comment every 15 s, and how long to wait when it is cut off", () =>
    Effect.gen(function*() {
      const { taken } = yield* quiet({ valid: true })
      assert.strictEqual(yield* taken, "retry: 3000\n\n: heartbeat\n\n")
      yield* TestClock.adjust("30 seconds")
      assert.strictEqual(yield* taken, ": heartbeat\n\n: heartbeat\n\n")
    }).pipe(Effect.scoped))

  it.effect("ends within a minute of its session, and puts that on record", () =>
    Effect.gen(function*() {
      violations.length = 0
      const sessions = { valid: true }
      const { reader } = yield* quiet(sessions)
      yield* TestClock.adjust("10 minutes")
      assert.isUndefined(reader.pollUnsafe())
      sessions.valid = false
      yield* TestClock.adjust("1 minute")
      yield* Fiber.join(reader)
      assert.deepStrictEqual(violations.map(({ action }) => action), ["socket.ended"])
    }).pipe(Effect.scoped))

  it.effect("ends with the feed that it tells of", () =>
    Effect.gen(function*() {
      for (const live of [Stream.empty, Stream.die("lost")]) {
        const { reader } = yield* quiet({ valid: true }, live)
        yield* Fiber.join(reader)
      }
    }).pipe(Effect.scoped))
})
