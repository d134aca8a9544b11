import { Effect } from "effect"
import type { Page } from "playwright-core"
import { browserTests } from "./browserTests.fixture.ts"
import { openAs, see, step } from "./page.fixture.ts"

/** Keeps the answers of these addresses back until the returned function is called. */
const holdBack = Effect.fnUntraced(function*(page: Page, addresses: RegExp) {
  const gate = Promise.withResolvers<void>()
  yield* step(page.route(addresses, (route) => gate.promise.then(() => route.continue())))
  return () => gate.resolve()
})

const main = (page: Page) => page.getByRole("main")
const loading = (page: Page) => main(page).getByRole("status", { name: "Loading" }).first()

browserTests("What was not read yet", (it) => {
  it.effect("is said to be late where a server takes the question and is silent", () =>
    Effect.gen(function*() {
      const { page } = yield* openAs("ines@lakeside.example.com")
      yield* step(page.clock.install())
      const answer = yield* holdBack(page, /\/api\/v1\/incidents\?/)
      yield* step(page.goto("/incidents"))
      yield* see(loading(page))
      yield* step(page.clock.fastForward("00:31"))
      yield* see(main(page).getByText("The server has not answered."))
      answer()
      yield* step(page.getByRole("button", { name: "Try again" }).click())
      yield* see(main(page).getByRole("list").first())
    }))
})
