import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { createServer, type RequestListener, type Server } from "node:http"
import { type AddressInfo, connect } from "node:net"
import { openSocket, send } from "../e2e/request.fixture.ts"
import { makeBalancer, type Target, untilStuck } from "./Balancer.ts"

const listen = (server: Server) =>
  Effect.acquireRelease(
    Effect.callback<number>((resume) => {
      server.listen(0, "127.0.0.1", () => resume(Effect.succeed((server.address() as AddressInfo).port)))
    }),
    () =>
      Effect.sync(() => {
        server.close()
        server.closeAllConnections()
      })
  )

const target = (port: number): Target => ({ host: "127.0.0.1", port, ready: true })

const startTarget = (listener: RequestListener) => Effect.map(listen(createServer(listener)), target)

/** A target that is said to be ready and is gone. */
const gone = Effect.map(Effect.scoped(startTarget(() => {})), ({ port }) => target(port))

const balance = (...targets: ReadonlyArray<Target>) =>
  Effect.map(listen(makeBalancer(targets)), (port) => `http://127.0.0.1:${port}`)

const echo: RequestListener = (request, response) => {
  response.setHeader("x-seen-from", String(request.headers["x-forwarded-for"]))
  request.pipe(response)
}

const hangUp: RequestListener = (request) => request.socket.destroy()

describe("the balancer", () => {
  it.live("hands a request over as it is, and says where it came from", () =>
    Effect.gen(function*() {
      const url = yield* balance(yield* startTarget(echo))
      const answer = yield* send("POST", `${url}/x`, { body: "hello" })
      assert.deepStrictEqual([answer.status, answer.text, answer.headers["x-seen-from"]], [200, "hello", "127.0.0.1"])
    }))

  it.live("takes the next target when nobody listens, whatever the method", () =>
    Effect.gen(function*() {
      const targets = [yield* gone, yield* startTarget(echo), yield* gone]
      const url = yield* balance(...targets)
      for (const body of ["a", "b", "c"]) assert.strictEqual((yield* send("POST", url, { body })).text, body)
      assert.deepStrictEqual(targets.map(({ ready }) => ready), [false, true, false])
    }))

  it.live("sends nothing to a target that is not ready, and says so when none is", () =>
    Effect.gen(function*() {
      const only = yield* startTarget(echo)
      const url = yield* balance(only)
      only.ready = false
      const answer = yield* send("GET", url)
      assert.deepStrictEqual([answer.status, answer.headers["retry-after"]], [503, "1"])
    }))

  it.live("asks again when a target hangs up, but only what changes nothing", () =>
    Effect.gen(function*() {
      let asked = 0
      const url = yield* balance(
        yield* startTarget((request, response) => {
          asked++
          hangUp(request, response)
        }),
        yield* startTarget(echo)
      )
      for (let n = 0; n < 4; n++) assert.strictEqual((yield* send("GET", url)).status, 200)
      assert.isAtLeast(asked, 2)
      const posted = yield* Effect.forEach([1, 2], () => send("POST", url, { body: "once" }))
      assert.sameMembers(posted.map(({ status }) => status), [200, 503])
    }))

  it.live("passes a stream on while it is written, and tells the target when the reader leaves", () =>
    Effect.gen(function*() {
      let left = () => {}
      const leaves = Effect.callback<void>((resume) => {
        left = () => resume(Effect.void)
      })
      const url = yield* balance(
        yield* startTarget((_, response) => {
          response.writeHead(200, { "content-type": "text/event-stream" }).write("data: 1\n\n")
          response.on("close", () => left())
        })
      )
      const read = Effect.callback<string>((resume) => {
        const socket = connect(
          Number(new URL(url).port),
          "127.0.0.1",
          () => socket.write("GET / HTTP/1.1\r\nhost: x\r\n\r\n")
        )
        let text = ""
        socket.on("data", (chunk) => {
          text += chunk.toString()
          if (!text.includes("data: 1")) return
          socket.destroy()
          resume(Effect.succeed(text))
        })
      })
      const [text] = yield* Effect.all([read, leaves], { concurrency: "unbounded" })
      assert.include(text, "text/event-stream")
    }))

  it.live("passes a WebSocket's handshake on", () =>
    Effect.gen(function*() {
      const server = createServer()
      server.on("upgrade", (_, socket) => socket.write("HTTP/1.1 101 Switching Protocols\r\n\r\n"))
      const url = yield* balance(target(yield* listen(server)))
      assert.include(yield* openSocket(`${url}/rpc`, {}), "101 Switching Protocols")
    }))

  it.live("hears from a target that it should be restarted", () =>
    Effect.gen(function*() {
      const asked: Array<string | undefined> = []
      const stuck = yield* startTarget(({ url }, response) => {
        asked.push(url)
        response.writeHead(503).end()
      })
      yield* untilStuck(stuck)
      assert.deepStrictEqual(asked, ["/health/live"])
    }))
})
