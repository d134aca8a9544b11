import { NodeHttpServer, NodeSocket } from "@effect/platform-node"
import { assert, layer } from "@effect/vitest"
import { TenantId } from "@innkeeper/config"
import { asTenant, withTenant } from "@innkeeper/database"
import { makeTenant, TestDatabase } from "@innkeeper/testkit"
import { Context, Deferred, Effect, Exit, Fiber, Layer, Logger, Schedule, Schema, Scope, Stream } from "effect"
import { HttpClient, HttpClientRequest, HttpRouter, HttpServer } from "effect/http"
import { RpcClient, RpcSerialization } from "effect/rpc"
import { Socket } from "effect/socket"
import { inspect } from "node:util"
import { Outbox } from "../event/Outbox.ts"
import { OutboxSignal } from "../event/OutboxSignal.ts"
import { Health } from "../health/Health.ts"
import { migrations } from "../Migrations.ts"
import { LiveAuthorizationByViewers } from "./authorizeSockets.ts"
import { EventStreams } from "./EventStreams.ts"
import { SocketUnauthorized } from "./LiveAuthorization.ts"
import { mostConnections, mostStreams } from "./LiveConnections.ts"
import { LiveFeed } from "./LiveFeed.ts"
import { LiveRpcs, SlowDown, TooManyStreams } from "./LiveRpcs.ts"
import { liveRoute } from "./LiveRpcsLive.ts"
import { socketLimits } from "./SocketLimits.ts"
import { Viewers, type Violation } from "./Viewers.ts"

/** What was put on record since the test began; the tests of a file come one after another. */
const violations: Array<Violation> = []

/** What the server logged since the test began. */
const lines: Array<string> = []

/** Whether networks may open sockets. */
let may = true

/** The cookie of a test is the tenant's id. */
const ViewersLive = Layer.succeed(Viewers, {
  identify: ({ cookie }) =>
    cookie === "broken"
      ? Effect.die(new Error("secret of the inside"))
      : Schema.is(TenantId)(cookie)
      ? Effect.succeed({ tenantId: cookie, kind: "user", id: "ada", name: "Ada" })
      : Effect.fail(new SocketUnauthorized()),
  mayOpen: Effect.sync(() => may),
  report: (violation) => Effect.sync(() => violations.push(violation))
})

/** The event stream, of whoever the cookie says. */
const streamRoute = HttpRouter.use(Effect.fnUntraced(function*(router) {
  const streams = yield* EventStreams
  const { identify } = yield* Viewers
  yield* router.add(
    "GET",
    "/stream",
    (request) =>
      Effect.flatMap(Effect.orDie(identify(request.headers)), (viewer) => streams.open({ viewer, types: [] }))
  )
})).pipe(Layer.provide(EventStreams.layer))

const capture = Logger.layer([
  Logger.make(({ cause, message }) => {
    lines.push(inspect([message, cause], { depth: 10 }))
  })
])

const Server = HttpRouter.serve(Layer.merge(liveRoute({ publicUrl: "https://innkeeper.example" }), streamRoute), {
  disableListenLog: true,
  disableLogger: true
}).pipe(
  Layer.provide(LiveAuthorizationByViewers),
  Layer.provide(ViewersLive),
  Layer.provide(LiveFeed.layer),
  Layer.provideMerge(Health.layer),
  Layer.provideMerge(Outbox.layer),
  Layer.provide(OutboxSignal.layer),
  Layer.provideMerge(TestDatabase.layer([migrations])),
  Layer.provideMerge(NodeHttpServer.layerTest),
  Layer.provideMerge(capture)
)

const url = Effect.map(
  HttpServer.HttpServer,
  ({ address }) =>
    address._tag === "UnixPathAddress" ? assert.fail("Not on a port") : `ws://127.0.0.1:${address.port}/rpc`
)

const connect = Effect.fnUntraced(function*(cookie: string) {
  const context = yield* Layer.build(
    RpcClient.layerProtocolSocket().pipe(
      Layer.provide(NodeSocket.layerWebSocket(yield* url, { headers: { cookie } })),
      Layer.provide(RpcSerialization.layerNdjson)
    )
  )
  return yield* RpcClient.make(LiveRpcs).pipe(
    Effect.provideService(RpcClient.Protocol, Context.get(context, RpcClient.Protocol))
  )
})

/** The cookie of somebody who may look. */
const someone = { cookie: "01980000-0000-7000-8000-000000000001" }

/** A socket without a client of ours behind it. */
const openSocket = Effect.fnUntraced(function*(headers: Record<string, string> = someone) {
  const socket = Context.get(yield* Layer.build(NodeSocket.layerWebSocket(yield* url, { headers })), Socket.Socket)
  const { pull } = yield* socket.reader
  const { write } = yield* socket.writer
  return {
    pull,
    /** Frames after the server has closed the socket go nowhere. */
    send: (...frames: ReadonlyArray<string>) =>
      Effect.forEach(frames, (frame) => Effect.ignore(write(frame)), { discard: true }),
    /** The code with which the server closes it. */
    closed: Effect.map(
      Effect.flip(Effect.forever(pull)),
      ({ reason }) => reason._tag === "SocketCloseError" ? reason.code : reason._tag
    )
  }
})

/** Opens sockets that stay for as long as the scope; tells whether all of them were let in. */
const opens = Effect.fnUntraced(function*(headers: Record<string, string>, count = 1) {
  const layer = NodeSocket.layerWebSocket(yield* url, { headers }).pipe(Layer.fresh)
  const opened = Effect.flatMap(Layer.build(layer), (context) => Context.get(context, Socket.Socket).reader)
  return (yield* Effect.exit(Effect.replicateEffect(opened, count)))._tag === "Success"
})

/** Asks again until it is so: the server notices a little later that a client is gone. */
const untilTrue = <E, R>(look: Effect.Effect<boolean, E, R>) =>
  Effect.repeat(look, { until: (found) => found, schedule: Schedule.spaced("20 millis") })

const closeCode = Effect.fnUntraced(function*(frames: ReadonlyArray<string>) {
  const { closed, send } = yield* openSocket()
  yield* send(...frames)
  return yield* closed
})

const ping = `{"_tag":"Ping"}\n`
const request = (id: number) => `{"_tag":"Request","id":"${id}","tag":"Ping","payload":null,"headers":[]}\n`
const requests = (count: number, from = 0) => Array.from({ length: count }, (_, index) => request(from + index))
const acknowledgement = `{"_tag":"Ack","requestId":"1"}\n`

layer(Server, { excludeTestServices: true })("the live feed's socket", (it) => {
  it.effect("answers a ping and streams the changes of the session's tenant", () =>
    Effect.gen(function*() {
      const acme = yield* makeTenant("socket-acme")
      const { publishAll } = yield* Outbox
      const client = yield* connect(acme)
      assert.isAbove((yield* client.Ping()).epochMilliseconds, 0)
      const messages = yield* client.Changes({}).pipe(
        Stream.tap((message) =>
          message._tag === "Resync"
            ? publishAll([{ type: "note.written", subject: "n1", payload: {} }]).pipe(withTenant, asTenant(acme))
            : Effect.void
        ),
        Stream.take(2),
        Stream.runCollect
      )
      assert.deepStrictEqual(messages.map(({ _tag }) => _tag), ["Resync", "Change"])
    }))

  it.effect("refuses a caller without a session", () =>
    Effect.gen(function*() {
      const client = yield* connect("nobody")
      assert.instanceOf(yield* Effect.flip(client.Ping()), SocketUnauthorized)
      assert.instanceOf(yield* Effect.flip(Stream.runDrain(client.Changes({}))), SocketUnauthorized)
    }))

  it.effect("closes a connection of nobody who may look, whatever it sends", () =>
    Effect.gen(function*() {
      const [silent, pinging] = [yield* openSocket({}), yield* openSocket({})]
      yield* pinging.send(ping, request(1))
      assert.deepStrictEqual(
        yield* Effect.all([silent.closed, pinging.closed], { concurrency: "unbounded" }),
        [1000, 1000]
      )
    }))

  it.effect("closes a connection that sends too much, too many or no JSON", () =>
    Effect.gen(function*() {
      assert.strictEqual(yield* closeCode(requests(socketLimits.maxMessages + 1)), 1008)
      assert.strictEqual(yield* closeCode([requests(socketLimits.maxMessages + 1).join("")]), 1008)
      assert.strictEqual(yield* closeCode([JSON.stringify("x".repeat(socketLimits.maxFrameBytes))]), 1009)
      const half = "x".repeat(socketLimits.maxFrameBytes / 2 + 1)
      assert.strictEqual(yield* closeCode([half, half]), 1009)
      assert.strictEqual(yield* closeCode(["{nonsense\n"]), 1007)
    }))

  it.effect("does not count the acknowledgements of what the server sent", () =>
    Effect.gen(function*() {
      const { closed, pull, send } = yield* openSocket()
      const answers = Effect.fnUntraced(function*(count: number) {
        for (let seen = 0; seen < count;) seen += (yield* pull).length
      })
      yield* send(...requests(60))
      yield* answers(60)
      yield* send(...Array(60).fill(acknowledgement), ...requests(40, 60))
      yield* answers(40)
      yield* send(request(100))
      assert.strictEqual(yield* closed, 1008)
    }))

  it.effect("does not count what the protocol sends by itself, up to a limit of its own", () =>
    Effect.gen(function*() {
      const { closed, pull, send } = yield* openSocket()
      const system = Array.from({ length: socketLimits.maxSystemMessages }, () => ping)
      yield* send(...system.slice(0, -1))
      for (let pongs = 0; pongs < system.length - 1;) pongs += (yield* pull).length
      yield* send(...requests(1))
      yield* pull
      yield* send(ping, ping)
      assert.strictEqual(yield* closed, 1008)
    }))

  it.effect("warns a client that sends much, then closes the connection and puts it on record", () =>
    Effect.gen(function*() {
      const acme = yield* makeTenant("socket-warned")
      violations.length = 0
      const client = yield* connect(acme)
      const warned = yield* client.Changes({}).pipe(
        Stream.filter(({ _tag }) => _tag === "SlowDown"),
        Stream.take(1),
        Stream.runCollect,
        Effect.forkScoped
      )
      const pings = (count: number) => Effect.forEach(Array(count).fill(0), () => client.Ping(), { discard: true })
      yield* pings(socketLimits.warnAt - 2)
      assert.isUndefined(warned.pollUnsafe())
      yield* pings(1)
      assert.deepStrictEqual(yield* Fiber.join(warned), [
        new SlowDown({ sent: socketLimits.warnAt, limit: socketLimits.maxMessages, windowSeconds: 60 })
      ])
      yield* Effect.exit(pings(socketLimits.maxMessages))
      const [violation] = violations
      assert.deepStrictEqual(
        [violation?.action, violation?.viewer?.tenantId, violation?.reason],
        ["socket.limited", acme, "Too many messages (1008)"]
      )
    }))

  it.effect("counts acknowledgements of nothing", () =>
    Effect.gen(function*() {
      assert.strictEqual(yield* closeCode(Array(socketLimits.maxMessages + 1).fill(acknowledgement)), 1008)
    }))

  it.effect("tells nothing of what broke inside, and the log all of it", () =>
    Effect.gen(function*() {
      lines.length = 0
      const { pull, send } = yield* openSocket({ cookie: "broken" })
      for (const [id, tag, payload] of [["1", "Ping", null], ["2", "Changes", {}]] as const) {
        yield* send(`${JSON.stringify({ _tag: "Request", id, tag, payload, headers: [] })}\n`)
        const answer = String(yield* pull)
        assert.include(answer, "internal error")
        assert.notInclude(answer, "secret")
        const logged = lines.splice(0).filter((line) => line.includes("A request over a socket failed unexpectedly"))
        assert.lengthOf(logged, 1)
        assert.include(logged[0], "secret of the inside")
      }
    }))

  it.effect("says what is wrong with a cursor that no event can have", () =>
    Effect.gen(function*() {
      const { pull, send } = yield* openSocket()
      for (const after of ["1-9999999999999999999", "99999999999999999999-1", "1"]) {
        const payload = { after }
        yield* send(`${JSON.stringify({ _tag: "Request", id: after, tag: "Changes", payload, headers: [] })}\n`)
        assert.include(String(yield* pull), "Expected a cursor as the server gave it", after)
      }
    }))

  it.effect("lets a viewer have 50 sockets and event streams open at once", () =>
    Effect.gen(function*() {
      const [acme, globex] = [yield* makeTenant("socket-many"), yield* makeTenant("socket-few")]
      const first = yield* Scope.make()
      yield* Scope.provide(opens({ cookie: acme }), first)
      assert.isTrue(yield* opens({ cookie: acme }, mostConnections - 2))
      const follow = (cookie: string) => HttpClient.execute(HttpClientRequest.get("/stream", { headers: { cookie } }))
      const followed = yield* follow(acme)
      assert.strictEqual(followed.status, 200)
      const reader = yield* Effect.forkScoped(Stream.runDrain(followed.stream))

      assert.isFalse(yield* opens({ cookie: acme }))
      const refused = yield* follow(acme)
      assert.deepStrictEqual([refused.status, refused.headers["retry-after"]], [429, "60"])
      assert.isTrue(yield* opens({ cookie: globex }))

      yield* Scope.close(first, Exit.void)
      yield* untilTrue(opens({ cookie: acme }))
      assert.isFalse(yield* opens({ cookie: acme }))
      yield* Fiber.interrupt(reader)
      yield* untilTrue(opens({ cookie: acme }))
    }).pipe(Effect.scoped))

  it.effect("lets 8 streams of changes be open over one socket", () =>
    Effect.gen(function*() {
      const acme = yield* makeTenant("socket-streams")
      const client = yield* connect(acme)
      const open = Effect.gen(function*() {
        const begun = yield* Deferred.make<void>()
        const stream = yield* client.Changes({}).pipe(
          Stream.runForEach(() => Deferred.succeed(begun, undefined)),
          Effect.forkScoped
        )
        yield* Effect.raceFirst(Deferred.await(begun), Fiber.join(stream))
        return stream
      })
      const [stream] = yield* Effect.replicateEffect(open, mostStreams)
      assert.deepStrictEqual(yield* Effect.flip(open), new TooManyStreams({ limit: mostStreams }))
      yield* Effect.flatMap(connect(acme), (other) => Stream.runDrain(Stream.take(other.Changes({}), 1)))
      yield* Fiber.interrupt(stream!)
      yield* Effect.retry(open, Schedule.spaced("20 millis"))
    }).pipe(Effect.scoped))

  it.effect("is shut to a network that has opened too many lately", () =>
    Effect.gen(function*() {
      may = false
      assert.isFalse(yield* opens(someone))
      may = true
      assert.isTrue(yield* opens(someone))
    }).pipe(Effect.ensuring(Effect.sync(() => {
      may = true
    }))))

  it.effect("is shut to a page of another site and to a plain request", () =>
    Effect.gen(function*() {
      const client = yield* HttpClient.HttpClient
      const plain = yield* client.get("/rpc")
      assert.strictEqual(plain.status, 426)

      violations.length = 0
      assert.isFalse(yield* opens({ origin: "https://evil.example" }))
      assert.deepStrictEqual(violations.map(({ action }) => action), ["socket.refused"])
      assert.isTrue(yield* opens({ origin: "https://innkeeper.example" }))
      assert.isTrue(yield* opens({ origin: (yield* url).replace("ws:", "http:").replace("/rpc", "") }))
    }))
})

layer(Layer.fresh(Server), { excludeTestServices: true })("the live feed's socket of a process that stops", (it) => {
  it.effect("is closed when the grace period is over", () =>
    Effect.gen(function*() {
      const { closed } = yield* openSocket()
      const { stop } = yield* Health
      yield* stop(0)
      assert.strictEqual(yield* closed, 1000)
    }).pipe(Effect.scoped))
})
