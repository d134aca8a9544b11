import { assert, it } from "@effect/vitest"
import { Effect } from "effect"
import type { AddressInfo } from "node:net"
import { makeListener } from "./listener.ts"

const listening = Effect.acquireRelease(
  Effect.callback<ReturnType<typeof makeListener>>((resume) => {
    const server = makeListener()
    server.listen(0, "127.0.0.1", () => resume(Effect.succeed(server)))
  }),
  (server) => Effect.sync(() => server.close())
)

it.effect("answers 503 until the app takes over", () =>
  Effect.gen(function*() {
    const server = yield* listening
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/health/ready`
    const statusOf = Effect.promise(() => fetch(url, { headers: { connection: "close" } }).then(({ status }) => status))
    assert.strictEqual(yield* statusOf, 503)
    server.on("request", (_request, response) => response.end("the app"))
    assert.strictEqual(yield* statusOf, 200)
  }).pipe(Effect.scoped))
