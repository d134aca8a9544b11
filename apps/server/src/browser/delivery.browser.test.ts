import { assert } from "@effect/vitest"
import { Effect } from "effect"
import { Server } from "../e2e/server.fixture.ts"
import { browserTests } from "./browserTests.fixture.ts"
import { settled } from "./inspect.fixture.ts"
import { openAs, openContext, openPage, see, step } from "./page.fixture.ts"

/** What the first view may weigh. */
const mostBytesOfScript = 200_000

/** What a page fetches ahead, after two idle seconds, is no part of its first view: it stays away however slow this is. */
const withoutFetchingAhead =
  "const set = setTimeout; globalThis.setTimeout = (act, ms, ...rest) => set(act, ms >= 2000 ? 1e9 : ms, ...rest)"

/** Bytes of script that a page takes over the wire, compressed as they come, without the heads of the answers. */
const scriptBytes = Effect.fnUntraced(function*(
  { context, page }: Effect.Success<ReturnType<typeof openPage>>,
  address: string
) {
  const network = yield* step(context.newCDPSession(page))
  const heads = new Map<string, number>()
  let bytes = 0
  network.on("Network.responseReceived", ({ requestId, response, type }) => {
    if (type === "Script") heads.set(requestId, response.encodedDataLength)
  })
  network.on("Network.loadingFinished", ({ encodedDataLength, requestId }) => {
    bytes += encodedDataLength - (heads.get(requestId) ?? encodedDataLength)
  })
  yield* step(network.send("Network.enable"))
  yield* step(page.addInitScript(`{ ${withoutFetchingAhead} }`))
  yield* step(page.goto(address))
  yield* settled(page)
  return bytes
})

browserTests("The web UI", (it) => {
  it.effect("shows the API's reference, without leave to do anything else", () =>
    Effect.gen(function*() {
      const { complaints, page } = yield* openAs("ines@lakeside.example.com")
      yield* step(page.goto("/docs"))
      yield* see(page.getByRole("heading", { name: "incidents" }).first())
      yield* step(page.waitForLoadState("networkidle"))
      assert.deepStrictEqual(complaints, [])
    }))

  it.effect("is light at first sight", () =>
    Effect.gen(function*() {
      const outside = yield* openPage(yield* openContext())
      const signIn = yield* scriptBytes(outside, "/sign-in")
      const incidents = yield* scriptBytes(yield* openAs("ines@lakeside.example.com"), "/incidents")
      for (const [address, bytes] of Object.entries({ signIn, incidents })) {
        assert.isAbove(bytes, 100_000, `${address}: too little to be all`)
        assert.isBelow(bytes, mostBytesOfScript, address)
      }
    }))

  it.effect("sends scripts compressed as the browser can read them", () =>
    Effect.gen(function*() {
      const server = yield* Server
      const { text } = yield* server.ok("GET", "/", { headers: { accept: "text/html" } })
      const script = /src="(\/assets\/[^"]+\.js)"/.exec(text)?.[1] ?? ""
      for (
        const [accepted, sent] of [
          ["gzip, deflate, br, zstd", "br"],
          ["br;q=0.5", "br"],
          ["gzip, br;q=0", "gzip"],
          ["identity", undefined]
        ] as const
      ) {
        const { headers } = yield* server.ok("GET", script, { headers: { "accept-encoding": accepted } })
        assert.strictEqual(headers["content-encoding"], sent, accepted)
        assert.match(String(headers["content-type"]), /^text\/javascript/, accepted)
        assert.match(String(headers["cache-control"]), /immutable/, accepted)
      }
      const missing = yield* server.call("GET", "/assets/missing.js", { headers: { "accept-encoding": "br" } })
      assert.strictEqual(missing.status, 404)
    }))

  it.effect("has nothing at addresses that no file can have", () =>
    Effect.gen(function*() {
      const server = yield* Server
      for (
        const path of ["/favicon.svg/x", "/index.html/a/b", `/${"a".repeat(300)}`, "/%00", "/..%2f..%2fpackage.json"]
      ) {
        const { headers, status } = yield* server.call("GET", path, { headers: { accept: "text/html" } })
        assert.deepStrictEqual([status, headers["content-type"]], [404, "application/problem+json"], path)
      }
      assert.notInclude(server.logs(), "ERROR")
    }))
})
