import { type Change, LiveRpcs, type Notice, type Resync } from "@innkeeper/runtime/api"
import { Effect, Layer, Stream } from "effect"
import { RpcClient, RpcSerialization } from "effect/rpc"
import { Socket } from "effect/socket"

const protocol = Layer.suspend(() =>
  RpcClient.layerProtocolSocket({ pingInterval: "15 seconds", pingTimeout: "30 seconds" }).pipe(
    Layer.provide(Socket.layerWebSocket(`${location.origin.replace(/^http/, "ws")}/rpc`)),
    Layer.provide(Socket.layerWebSocketConstructorGlobal),
    Layer.provide(RpcSerialization.layerNdjson)
  )
)

/**
 * Follows the changes of the viewer's tenant behind the cursor `after`, or from now on, until the connection is lost. Who
 * resumes behind the last message seen misses none and is told none twice.
 */
export const followChanges = ({ after, onConnected, onMessage, onRefused }: {
  readonly after: string | undefined
  readonly onConnected: () => void
  readonly onMessage: (message: Change | Notice | Resync) => void
  /** The session has ended, or the tenant is not served at present. */
  readonly onRefused: () => void
}) =>
  Effect.gen(function*() {
    const client = yield* Effect.provideContext(RpcClient.make(LiveRpcs), yield* Layer.build(protocol))
    yield* client.Ping()
    onConnected()
    yield* client.Changes(after === undefined ? {} : { after }).pipe(
      Stream.runForEach((message) =>
        Effect.sync(() => {
          if (message._tag !== "SlowDown") onMessage(message)
        })
      )
    )
  }).pipe(
    Effect.tapErrorTag("SocketUnauthorized", () => Effect.sync(onRefused)),
    Effect.scoped
  )
