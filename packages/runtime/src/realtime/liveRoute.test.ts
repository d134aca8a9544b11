import { NodeHttpServer, NodeSocket } from "@effect/platform-node"
import { assert, layer } from "@effect/vitest"
import { TenantId } from "@innkeeper/config"
import { asTenant, withTenant } from "@innkeeper/database"
import { makeTenant, TestDatabase } from "@innkeeper/testkit"
import { Context, Effect, Layer, Schema, Stream } from "effect"
import { HttpClient, HttpRouter, HttpServer } from "effect/http"
import { RpcClient, RpcSerialization } from "effect/rpc"
import { Socket } from "effect/socket"
import { Outbox } from "../event/Outbox.ts"
import { OutboxSignal } from "../event/OutboxSignal.ts"
import { migrations } from "../Migrations.ts"
import { authorizeSockets } from "./authorizeSockets.ts"
import { LiveAuthorization, SocketUnauthorized } from "./LiveAuthorization.ts"
import { LiveFeed } from "./LiveFeed.ts"
import { LiveRpcs } from "./LiveRpcs.ts"
import { liveRoute } from "./LiveRpcsLive.ts"
import { socketLimits } from "./SocketLimits.ts"

/** The cookie of a test is the tenant's id. */
const Authorization = Layer.succeed(
  LiveAuthorization,
  authorizeSockets(({ cookie }) =>
    Schema.is(TenantId)(cookie) ? Effect.succeed({ id: cookie }) : Effect.fail(new SocketUnauthorized())
  )
)

const Server = HttpRouter.serve(liveRoute({ publicUrl: "https://innkeeper.example" }), {
  disableListenLog: true,
  disableLogger: true
}).pipe(
  Layer.provide(Authorization),
  Layer.provide(LiveFeed.layer),
  Layer.provideMerge(Outbox.layer),
  Layer.provide(OutboxSignal.layer),
  Layer.provideMerge(TestDatabase.layer([migrations])),
  Layer.provideMerge(NodeHttpServer.layerTest)
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

/** Sends the frames over one socket and returns the code with which the server closes it. */
const closeCode = Effect.fnUntraced(function*(frames: ReadonlyArray<string>) {
  const socket = Context.get(yield* Layer.build(NodeSocket.layerWebSocket(yield* url)), Socket.Socket)
  const { pull } = yield* socket.reader
  const { write } = yield* socket.writer
  yield* Effect.forEach(frames, (frame) => Effect.ignore(write(frame)), { discard: true })
  const { reason } = yield* Effect.flip(Effect.forever(pull))
  return reason._tag === "SocketCloseError" ? reason.code : reason._tag
})

const ping = `{"_tag":"Ping"}\n`

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

  it.effect("closes a connection that sends too much, too many or no JSON", () =>
    Effect.gen(function*() {
      assert.strictEqual(yield* closeCode(Array(socketLimits.maxMessages + 1).fill(ping)), 1008)
      assert.strictEqual(yield* closeCode([ping.repeat(socketLimits.maxMessages + 1)]), 1008)
      assert.strictEqual(yield* closeCode([JSON.stringify("x".repeat(socketLimits.maxFrameBytes))]), 1009)
      const half = "x".repeat(socketLimits.maxFrameBytes / 2 + 1)
      assert.strictEqual(yield* closeCode([half, half]), 1009)
      assert.strictEqual(yield* closeCode(["{nonsense\n"]), 1007)
    }))

  it.effect("counts no acknowledgement of what the server sent, and every other", () =>
    Effect.gen(function*() {
      const ack = `{"_tag":"Ack","requestId":"1"}\n`
      assert.strictEqual(yield* closeCode(Array(socketLimits.maxMessages + 1).fill(ack)), 1008)
    }))

  it.effect("is shut to a page of another site and to a plain request", () =>
    Effect.gen(function*() {
      const client = yield* HttpClient.HttpClient
      const plain = yield* client.get("/rpc")
      assert.strictEqual(plain.status, 426)

      const opens = (origin: string) =>
        Effect.gen(function*() {
          const layer = NodeSocket.layerWebSocket(yield* url, { headers: { origin } })
          const socket = Context.get(yield* Layer.build(layer), Socket.Socket)
          const exit = yield* Effect.exit(socket.reader)
          return exit._tag
        })
      assert.strictEqual(yield* opens("https://evil.example"), "Failure")
      assert.strictEqual(yield* opens("https://innkeeper.example"), "Success")
      assert.strictEqual(yield* opens((yield* url).replace("ws:", "http:").replace("/rpc", "")), "Success")
    }))
})
