import { Clock, Data, Duration, Effect, Predicate } from "effect"
import type { Headers, HttpServerRequest } from "effect/http"
import { RpcSerialization } from "effect/rpc"
import { Socket } from "effect/socket"
import { SlowDown } from "./LiveRpcs.ts"

/**
 * What one client may send over one connection. A connection that sends more is closed, with a code of RFC 6455: 1009 for
 * a message that is too big, 1007 for one that is not JSON, 1008 for too many.
 */
export const socketLimits = {
  /** Bytes of one frame. Give it to the web server as `websocket.maxPayload`, too, which counts before it keeps. */
  maxFrameBytes: 16 * 1024,
  /** Requests of one window, and acknowledgements of what the server did not send. */
  maxMessages: 100,
  /** From so many on, the client is warned, once a window, in every stream of changes that it has open. */
  warnAt: 80,
  /** What the protocol itself sends in one window: pings, interruptions, ends. It has no part in the other limit. */
  maxSystemMessages: 1000,
  window: Duration.minutes(1)
} as const

/** A connection is to be closed, with the code that tells its client why. */
class Refused extends Data.TaggedError("Refused")<{ readonly code: number; readonly reason: string }> {}

const tooBig = new Refused({ code: 1009, reason: "Message too big" })
const notJson = new Refused({ code: 1007, reason: "Not JSON" })
const tooMany = new Refused({ code: 1008, reason: "Too many messages" })

/** What the protocol sends by itself, beside the acknowledgements that are looked at one by one. */
const isSystem = (message: unknown) => ["Ping", "Interrupt", "Eof"].some((tag) => Predicate.isTagged(message, tag))

/** What happens with a connection that sends much. */
interface Reactions {
  readonly warn: (warning: SlowDown) => Effect.Effect<void>
  /** Puts on record that the connection is closed. */
  readonly report: (reason: string) => Effect.Effect<void>
}

/** Counts what comes in over one connection. */
const meter = (warn: Reactions["warn"]) => {
  const parser = RpcSerialization.makeNdjson({ maxBufferSize: socketLimits.maxFrameBytes }).makeUnsafe()
  let windowStart = 0
  let counted = 0
  let system = 0
  let unacknowledged = 0

  const isAcknowledgement = (message: unknown) => {
    if (!Predicate.isTagged(message, "Ack") || unacknowledged === 0) return false
    unacknowledged--
    return true
  }

  const parse = (frame: string | Uint8Array) =>
    Effect.try({
      try: () => parser.decode(frame),
      catch: (error) => error instanceof RpcSerialization.MaxBufferSizeExceeded ? tooBig : notJson
    })

  return {
    sent: () => {
      unacknowledged++
    },
    receive: Effect.fnUntraced(function*(frame: string | Uint8Array) {
      if (frame.length > socketLimits.maxFrameBytes) return yield* tooBig
      const messages = yield* parse(frame)
      const now = yield* Clock.currentTimeMillis
      if (now - windowStart >= Duration.toMillis(socketLimits.window)) {
        windowStart = now
        counted = 0
        system = 0
      }
      const before = counted
      for (const message of messages) {
        if (isSystem(message)) system++
        else if (!isAcknowledgement(message)) counted++
      }
      const { maxMessages: limit, maxSystemMessages, warnAt, window } = socketLimits
      if (counted > limit || system > maxSystemMessages) return yield* tooMany
      if (before < warnAt && counted >= warnAt) {
        yield* warn(new SlowDown({ sent: counted, limit, windowSeconds: Duration.toSeconds(window) }))
      }
    })
  }
}

/** The socket, closed by the server as soon as its client sends more than it may. */
const limited = (socket: Socket.Socket, { report, warn }: Reactions) => {
  const { receive, sent } = meter(warn)
  const writer = Effect.map(socket.writer, (writer) =>
    ({
      write: (chunk) => Effect.suspend(() => Effect.andThen(Effect.sync(sent), writer.write(chunk))),
      writeAll: (chunks) => Effect.suspend(() => Effect.andThen(Effect.sync(sent), writer.writeAll(chunks)))
    }) satisfies Socket.Writer)
  const reader = Effect.gen(function*() {
    const { pull, upgrade } = yield* socket.reader
    const { write } = yield* socket.writer
    const close = ({ code, reason }: Refused) =>
      Effect.andThen(
        Effect.andThen(report(`${reason} (${code})`), write(new Socket.CloseEvent(code, reason))),
        new Socket.SocketError({ reason: new Socket.SocketCloseError({ code, closeReason: reason }) })
      )
    return {
      upgrade,
      pull: Effect.tap(
        pull,
        (frames) => Effect.catchTag(Effect.forEach(frames, receive, { discard: true }), "Refused", close)
      )
    } satisfies Socket.Reader
  })
  return Socket.make({ reader, writer })
}

/** The request with other headers, whose socket keeps to the limits once it is open. */
export const withSocketLimits = (
  request: HttpServerRequest.HttpServerRequest,
  options: Reactions & { readonly headers: Headers.Headers }
): HttpServerRequest.HttpServerRequest =>
  Object.create(request, {
    headers: { value: options.headers },
    upgrade: { value: Effect.map(request.upgrade, (socket) => limited(socket, options)) }
  })
