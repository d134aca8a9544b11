import { type Change, LiveRpcs, type Notice, type Resync } from "@innkeeper/runtime/api"
import { Duration, Effect, Exit, Fiber, Layer, Schedule, Stream } from "effect"
import { RpcClient, RpcSerialization } from "effect/rpc"
import { Socket } from "effect/socket"

/** `stale`: cut off for so long that what is shown may be old. */
export type Connection = "connecting" | "connected" | "reconnecting" | "stale"

/** How long a connection may be missing before the page is called stale. */
const staleAfter = Duration.seconds(20)

const pauses = Schedule.min([Schedule.exponential("500 millis"), Schedule.spaced("15 seconds")]).pipe(Schedule.jittered)

const protocol = Layer.suspend(() =>
  RpcClient.layerProtocolSocket({ pingInterval: "15 seconds", pingTimeout: "30 seconds" }).pipe(
    Layer.provide(Socket.layerWebSocket(`${location.origin.replace(/^http/, "ws")}/rpc`)),
    Layer.provide(Socket.layerWebSocketConstructorGlobal),
    Layer.provide(RpcSerialization.layerNdjson)
  )
)

/**
 * Follows the changes of the viewer's tenant without end: reconnects with growing pauses, and resumes behind the last
 * change seen, so that none is missed or told twice.
 */
export const followChanges = (listener: {
  readonly onConnection: (connection: Connection) => void
  readonly onMessage: (message: Change | Notice | Resync) => void
  /** The session has ended; there will be no changes until somebody signs in. */
  readonly onSignedOut: () => void
}): Effect.Effect<never> =>
  Effect.suspend(() => {
    let after: string | undefined
    let connected = false

    const session = Effect.gen(function*() {
      const client = yield* Effect.provideContext(RpcClient.make(LiveRpcs), yield* Layer.build(protocol))
      yield* client.Ping()
      connected = true
      listener.onConnection("connected")
      yield* client.Changes(after === undefined ? {} : { after }).pipe(
        Stream.runForEach((message) =>
          Effect.sync(() => {
            if (message._tag === "SlowDown") return
            after = message.cursor
            listener.onMessage(message)
          })
        )
      )
    }).pipe(
      Effect.catchTag("SocketUnauthorized", () => Effect.sync(listener.onSignedOut)),
      Effect.scoped
    )

    /** Fails when there was no connection; ends when there was one and it is lost. */
    const attempt = Effect.flatMap(Effect.exit(session), (exit) => connected ? Effect.void : Exit.asVoid(exit))

    return Effect.gen(function*() {
      connected = false
      const stale = yield* Effect.forkChild(
        Effect.delay(Effect.sync(() => connected || listener.onConnection("stale")), staleAfter)
      )
      yield* Effect.exit(Effect.retry(Effect.sandbox(attempt), pauses))
      yield* Fiber.interrupt(stale)
      listener.onConnection("reconnecting")
      yield* Effect.sleep("500 millis")
    }).pipe(Effect.forever)
  })
