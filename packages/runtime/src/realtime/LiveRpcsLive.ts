import { DateTime, Effect, Layer, Option, Stream } from "effect"
import { type Headers, HttpRouter, HttpServerRequest, HttpServerResponse } from "effect/http"
import { RpcSerialization, RpcServer } from "effect/rpc"
import { Health } from "../health/Health.ts"
import { CurrentViewer } from "./LiveAuthorization.ts"
import { LiveConnections, makePlaces, mostStreams } from "./LiveConnections.ts"
import { LiveFeed } from "./LiveFeed.ts"
import { LiveRpcs, TooManyStreams } from "./LiveRpcs.ts"
import { withSocketLimits } from "./SocketLimits.ts"
import { SocketWarnings } from "./SocketWarnings.ts"
import { Viewers, type Violation } from "./Viewers.ts"
import { untilNobodyLooks } from "./watchViewer.ts"

/** The handlers of the live feed. */
const LiveRpcsLive = LiveRpcs.toLayer(Effect.gen(function*() {
  const feed = yield* LiveFeed
  const { warnings } = yield* SocketWarnings
  const place = makePlaces<number>(mostStreams)
  return LiveRpcs.of({
    Changes: ({ after }, { client, headers }) =>
      Stream.unwrap(Effect.gen(function*() {
        if (!(yield* place(client.id))) return yield* new TooManyStreams({ limit: mostStreams })
        const viewer = yield* CurrentViewer
        return Stream.merge(feed.changes(viewer, after), warnings(headers), { haltStrategy: "left" })
      })),
    Ping: () => DateTime.now
  })
}))

const upgradeRequired = Effect.succeed(
  HttpServerResponse.empty({ status: 426, headers: { upgrade: "websocket", connection: "Upgrade" } })
)
const forbidden = Effect.succeed(HttpServerResponse.empty({ status: 403 }))
const tooMany = HttpServerResponse.empty({ status: 429, headers: { "retry-after": "60" } })

/** A page of another site may not open the socket with the visitor's cookies; what is no browser sends no `Origin`. */
const isForeign = (headers: Headers.Headers, publicUrl: string) => {
  const { host, origin } = headers
  return origin !== undefined && origin !== new URL(publicUrl).origin && !origin.endsWith(`://${host}`)
}

/** The socket at `/rpc`: one connection carries any number of requests and streams. */
const socketLayer = (publicUrl: string) =>
  Layer.effect(
    RpcServer.Protocol,
    Effect.gen(function*() {
      const { httpEffect, protocol } = yield* RpcServer.makeProtocolWithHttpEffectWebsocket
      const router = yield* HttpRouter.HttpRouter
      const { closing } = yield* Health
      const viewers = yield* Viewers
      const { identify, mayOpen, report } = viewers
      const connections = yield* LiveConnections
      const warnings = yield* SocketWarnings

      /** Puts on record what was not as it should be, with whose connection it was. */
      const tell = Effect.fnUntraced(
        function*(action: Violation["action"], headers: Headers.Headers, reason: string) {
          const viewer = Option.getOrNull(yield* Effect.option(identify(headers)))
          yield* report({ action, viewer, reason })
        }
      )

      const open = Effect.gen(function*() {
        const request = yield* HttpServerRequest.HttpServerRequest
        // Who cannot be told, as the database is away, is let in: nothing can be read over the socket before they can.
        const viewer = yield* Effect.option(identify(request.headers)).pipe(
          Effect.catchDefect(() => Effect.succeedNone)
        )
        if (Option.isSome(viewer) && !(yield* connections.enter(viewer.value))) return tooMany
        const { headers, warn } = yield* warnings.open(request.headers)
        const limited = withSocketLimits(request, {
          headers,
          warn,
          report: (reason) => tell("socket.limited", request.headers, reason)
        })
        return yield* Effect.provideService(httpEffect, HttpServerRequest.HttpServerRequest, limited).pipe(
          Effect.raceFirst(Effect.as(untilNobodyLooks(viewers, request.headers), HttpServerResponse.empty()))
        )
      }).pipe(Effect.raceFirst(Effect.as(closing, HttpServerResponse.empty())))

      yield* router.add("GET", "/rpc", ({ headers }) => {
        if (headers.upgrade?.toLowerCase() !== "websocket") return upgradeRequired
        const opened = isForeign(headers, publicUrl)
          ? Effect.andThen(tell("socket.refused", headers, "Opened by a page of another site"), forbidden)
          : open
        return Effect.flatMap(mayOpen, (may) => may ? opened : Effect.succeed(tooMany))
      })
      return protocol
    })
  ).pipe(Layer.provide(RpcSerialization.layerNdjson))

/** The route of the live feed. A handler's defect ends its own request, not the connection. */
export const liveRoute = (options: {
  /** Where browsers reach the server. */
  readonly publicUrl: string
}) =>
  RpcServer.layer(LiveRpcs, { disableFatalDefects: true }).pipe(
    Layer.provide(socketLayer(options.publicUrl)),
    Layer.provide(LiveRpcsLive),
    Layer.provide([LiveConnections.layer, SocketWarnings.layer])
  )
