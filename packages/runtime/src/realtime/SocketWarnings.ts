import { Context, Effect, Layer, PubSub, type Scope, Stream } from "effect"
import { SecureRandom } from "effect/crypto"
import { Headers } from "effect/http"
import type { SlowDown } from "./LiveRpcs.ts"

/** Names the connection among the headers that its requests come with. It is given by the server and told to nobody. */
const header = "x-innkeeper-connection"

/** Brings warnings from where a connection's messages are counted to the streams that are open on it. */
export class SocketWarnings extends Context.Service<SocketWarnings, {
  /** Knows a connection for as long as the scope is open: its headers with its name, and how to warn its client. */
  readonly open: (headers: Headers.Headers) => Effect.Effect<
    {
      readonly headers: Headers.Headers
      readonly warn: (warning: SlowDown) => Effect.Effect<void>
    },
    never,
    Scope.Scope
  >
  /** Warnings from now on of the connection whose headers these are. */
  readonly warnings: (headers: Headers.Headers) => Stream.Stream<SlowDown>
}>()("runtime/SocketWarnings") {
  static readonly layer = Layer.sync(SocketWarnings, () => {
    const connections = new Map<string, PubSub.PubSub<SlowDown>>()
    return SocketWarnings.of({
      open: Effect.fnUntraced(function*(headers: Headers.Headers) {
        const name = SecureRandom.uuidV7Unsafe()
        const pubsub = yield* Effect.acquireRelease(
          Effect.tap(PubSub.sliding<SlowDown>(1), (pubsub) => Effect.sync(() => connections.set(name, pubsub))),
          (pubsub) => Effect.andThen(Effect.sync(() => connections.delete(name)), PubSub.shutdown(pubsub))
        )
        return {
          headers: Headers.set(headers, header, name),
          warn: (warning: SlowDown) => Effect.asVoid(PubSub.publish(pubsub, warning))
        }
      }),
      warnings: (headers) => {
        const pubsub = connections.get(headers[header] ?? "")
        return pubsub === undefined ? Stream.empty : Stream.fromPubSub(pubsub)
      }
    })
  })
}
