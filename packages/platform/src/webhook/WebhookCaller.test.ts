import { assert, layer } from "@effect/vitest"
import { Duration, Effect, Layer } from "effect"
import { createServer, type RequestListener } from "node:http"
import type { AddressInfo } from "node:net"
import { GuardedHttpClient } from "../edge/OutgoingGuard.ts"
import { WebhookCaller } from "./WebhookCaller.ts"

/** A server of its own that answers so. */
const serve = (listener: RequestListener) =>
  Effect.acquireRelease(
    Effect.callback<ReturnType<typeof createServer>>((resume) => {
      const server = createServer(listener).listen(0, "127.0.0.1", () => resume(Effect.succeed(server)))
    }),
    (server) =>
      Effect.callback<void>((resume) => {
        server.close(() => resume(Effect.void))
        server.closeAllConnections()
      })
  ).pipe(Effect.map((server) => `http://127.0.0.1:${(server.address() as AddressInfo).port}/`))

const call = (url: string) => Effect.flatMap(WebhookCaller, (caller) => caller.call(url, { "webhook-id": "1" }, "{}"))

layer(WebhookCaller.layer.pipe(Layer.provide(GuardedHttpClient.layer({ allowInside: true }))), {
  excludeTestServices: true
})("A call of a webhook", (it) => {
  it.effect("is what the head of the answer says, also when its body never ends", () =>
    Effect.gen(function*() {
      const url = yield* serve((_, response) => void response.writeHead(202).write("taken, "))
      const [duration, outcome] = yield* Effect.timed(call(url))
      assert.deepStrictEqual([outcome.status, outcome.answer], [202, "taken, "])
      assert.isBelow(Duration.toSeconds(duration), 10)
      assert.isBelow(outcome.milliseconds, 2000)
    }))

  it.effect("reads an endless body no further than 64 kB and its sockets' buffers", () =>
    Effect.gen(function*() {
      let sent = 0
      const url = yield* serve((_, response) => {
        const more = () => {
          while (!response.destroyed && response.write("x".repeat(16_384))) sent += 16_384
        }
        response.on("drain", more)
        more()
      })
      const outcome = yield* call(url)
      assert.deepStrictEqual([outcome.status, outcome.answer], [200, "x".repeat(1024)])
      assert.isBelow(sent, 16 * 1024 * 1024)
    }))

  it.effect("tells how long the endpoint asks to be left alone, where it says so in seconds", () =>
    Effect.gen(function*() {
      const asked = (value: string) =>
        Effect.flatMap(
          serve((_, response) => void response.writeHead(429, { "retry-after": value }).end()),
          (url) =>
            Effect.map(call(url), ({ retryAfter }) => retryAfter === null ? null : Duration.toSeconds(retryAfter))
        )
      assert.strictEqual(yield* asked("120"), 120)
      for (const value of ["soon", "-5", "1e9", "Wed, 21 Oct 2026 07:28:00 GMT"]) assert.isNull(yield* asked(value))
    }))

  it.effect("says in words of its own why there was no answer", () =>
    Effect.gen(function*() {
      const closed = yield* Effect.scoped(serve(() => {}))
      const refused = yield* call(closed)
      assert.deepStrictEqual([refused.status, refused.answer], [null, "The connection was refused"])
      const lost = yield* call("http://nobody.invalid/")
      assert.deepStrictEqual([lost.status, lost.answer], [null, "The host cannot be found"])
      const url = yield* serve((_, response) => void response.end())
      const plain = yield* call(url.replace("http:", "https:"))
      assert.deepStrictEqual([plain.status, plain.answer], [null, "The TLS certificate or handshake was not accepted"])
    }))
})
