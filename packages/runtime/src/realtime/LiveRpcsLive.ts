import { CurrentTenant } from "@innkeeper/database"
import { DateTime, Effect, Layer, Stream } from "effect"
import { type Headers, HttpRouter, HttpServerRequest, HttpServerResponse } from "effect/http"
import { RpcSerialization, RpcServer } from "effect/rpc"
import { Health } from "../health/Health.ts"
import { LiveFeed } from "./LiveFeed.ts"
import { LiveRpcs } from "./LiveRpcs.ts"
import { withSocketLimits } from "./SocketLimits.ts"

/** The handlers of the live feed. */
const LiveRpcsLive = LiveRpcs.toLayer(Effect.gen(function*() {
  const feed = yield* LiveFeed
  return LiveRpcs.of({
    Changes: ({ after }) => Stream.unwrap(Effect.map(CurrentTenant, ({ id }) => feed.changes(id, after))),
    Ping: () => DateTime.now
  })
}))

const upgradeRequired = Effect.succeed(
  HttpServerResponse.empty({ status: 426, headers: { upgrade: "websocket", connection: "Upgrade" } })
)
const forbidden = Effect.succeed(HttpServerResponse.empty({ status: 403 }))

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
      const open = Effect.updateService(httpEffect, HttpServerRequest.HttpServerRequest, withSocketLimits).pipe(
        Effect.raceFirst(Effect.as(closing, HttpServerResponse.empty()))
      )
      yield* router.add("GET", "/rpc", ({ headers }) => {
        if (headers.upgrade?.toLowerCase() !== "websocket") return upgradeRequired
        return isForeign(headers, publicUrl) ? forbidden : open
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
    Layer.provide(LiveRpcsLive)
  )
