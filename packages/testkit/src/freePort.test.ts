import { assert, it } from "@effect/vitest"
import { Effect } from "effect"
import { createServer } from "node:net"
import { freePort } from "./freePort.ts"

it.effect("a free port can be listened on, and no outgoing connection has it", () =>
  Effect.gen(function*() {
    const port = yield* freePort
    assert.isBelow(port, 32_768)
    const server = createServer()
    yield* Effect.callback<void>((resume) => {
      server.once("error", (error) => resume(Effect.die(error)))
      server.listen(port, "127.0.0.1", () => resume(Effect.void))
    })
    server.close()
  }))

it.effect("no two have the same free port", () =>
  Effect.gen(function*() {
    const ports = yield* Effect.all(Array.from({ length: 500 }, () => freePort), { concurrency: 20 })
    assert.strictEqual(new Set(ports).size, 500)
  }))
