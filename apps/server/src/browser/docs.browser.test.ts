import { assert } from "@effect/vitest"
import { Effect } from "effect"
import { browserTests } from "./browserTests.fixture.ts"
import { settled } from "./inspect.fixture.ts"
import { openAs, openContext, openPage, see, step } from "./page.fixture.ts"

/** What the first view may weigh. */
const mostBytesOfScript = 200_000

/** Bytes of script that a page takes over the wire, compressed as they come. */
const scriptBytes = Effect.fnUntraced(function*(
  { context, page }: Effect.Success<ReturnType<typeof openPage>>,
  address: string
) {
  const network = yield* step(context.newCDPSession(page))
  const scripts = new Map<string, number>()
  network.on("Network.responseReceived", ({ requestId, type }) => {
    if (type === "Script") scripts.set(requestId, 0)
  })
  network.on("Network.loadingFinished", ({ encodedDataLength, requestId }) => {
    if (scripts.has(requestId)) scripts.set(requestId, encodedDataLength)
  })
  yield* step(network.send("Network.enable"))
  yield* step(page.goto(address))
  yield* settled(page)
  return [...scripts.values()].reduce((sum, bytes) => sum + bytes, 0)
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
        assert.isAbove(bytes, 10_000, `${address}: nothing was counted`)
        assert.isBelow(bytes, mostBytesOfScript, address)
      }
    }))
})
