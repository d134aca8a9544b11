import { assert } from "@effect/vitest"
import { Effect } from "effect"
import type { Page } from "playwright-core"
import { browserTests } from "./browserTests.fixture.ts"
import { arrive, openAs, see, seeNoMore, step } from "./page.fixture.ts"
import { fireTestAlert, incidentsWith } from "./testAlert.fixture.ts"

const openAsAdmin = Effect.fnUntraced(function*(address: string) {
  const { page } = yield* openAs("ines@lakeside.example.com")
  yield* step(page.goto(address))
  yield* see(page.getByText("Connected").first())
  return page
})

/** Keeps the answers of these addresses back until the returned function is called. */
const holdBack = Effect.fnUntraced(function*(page: Page, addresses: RegExp) {
  const gate = Promise.withResolvers<void>()
  yield* step(page.route(addresses, (route) => gate.promise.then(() => route.continue())))
  return () => gate.resolve()
})

/** From now on the server cannot be reached at these addresses. */
const cutOff = (page: Page, addresses: RegExp) => step(page.route(addresses, (route) => route.abort()))

const main = (page: Page) => page.getByRole("main")
const loading = (page: Page) => main(page).getByRole("status", { name: "Loading" }).first()

browserTests("What was not read yet", (it) => {
  it.effect("is not told to be nothing", () =>
    Effect.gen(function*() {
      yield* fireTestAlert("Sauna is cold")
      const page = yield* openAsAdmin("/incidents?text=no+incident+has+these+words")
      yield* see(page.getByText("No incident matches"))
      const answer = yield* holdBack(page, /\/api\/v1\/incidents\?/)
      yield* step(page.getByRole("button", { name: "Clear the filters" }).click())
      yield* see(loading(page))
      assert.strictEqual(yield* step(page.getByText("Nothing is broken").count()), 0)
      answer()
      yield* see(page.getByRole("link", { name: "Sauna is cold" }))
    }))

  it.effect("has nobody of another moment in its place", () =>
    Effect.gen(function*() {
      const page = yield* openAsAdmin("/on-call")
      const covers = main(page).getByRole("heading", { level: 2 })
      yield* see(covers.first())
      const answer = yield* holdBack(page, /\/on-call\/.*at=/)
      yield* step(page.getByLabel("At", { exact: true }).fill("2027-03-01T09:30"))
      yield* arrive(page, /at=/)
      yield* see(loading(page))
      assert.strictEqual(yield* step(covers.count()), 0)
      answer()
      yield* see(covers.first())
    }))

  it.effect("has no empty days of a calendar in its place", () =>
    Effect.gen(function*() {
      const page = yield* openAsAdmin("/schedules")
      yield* step(page.getByRole("link", { name: "Booking primary" }).click())
      const turns = page.getByRole("toolbar", { name: "On call" })
      yield* see(turns)
      const answer = yield* holdBack(page, /\/calendar\?/)
      yield* step(page.getByRole("button", { name: "Next 2 weeks" }).click())
      yield* see(loading(page))
      assert.strictEqual(yield* step(turns.count()), 0)
      answer()
      yield* see(turns)
    }))

  it.effect("is no list without anything, or with people who are gone, in a form", () =>
    Effect.gen(function*() {
      yield* fireTestAlert("Pool is green")
      const [incident] = yield* incidentsWith("Pool is green")
      const page = yield* openAsAdmin("/services")
      yield* cutOff(page, /\/api\/v1\/(teams|users|escalation-policies)$/)
      for (const address of ["/services", "/schedules", `/incidents/${incident?.id}`]) {
        yield* step(page.goto(address))
        if (address === "/schedules") yield* step(page.getByRole("link", { name: "Booking primary" }).click())
        yield* step(page.getByRole("button", { name: /^(Create service|Edit layers|Reassign)$/ }).click())
        const form = page.getByRole("dialog")
        yield* see(form.getByText("What to choose from could not be read. The server cannot be reached.").first())
        assert.strictEqual(yield* step(form.getByText(/There is no|who is gone/).count()), 0, address)
      }
      yield* step(page.unrouteAll())
      yield* see(page.getByRole("dialog").getByText("A person is paged at once."))
    }))

  it.effect("is not told to be nothing when one looks for it", () =>
    Effect.gen(function*() {
      const page = yield* openAsAdmin("/services")
      yield* cutOff(page, /\/api\/v1\/incidents\?/)
      yield* step(page.keyboard.press("Control+k"))
      yield* step(page.getByRole("combobox", { name: "Find" }).fill("Quilts are torn"))
      yield* see(page.getByRole("dialog").getByText("The server cannot be reached."))
    }))

  it.effect("is said to be late where a server takes the question and is silent", () =>
    Effect.gen(function*() {
      const { page } = yield* openAs("ines@lakeside.example.com")
      yield* step(page.clock.install())
      const answer = yield* holdBack(page, /\/api\/v1\/incidents\?/)
      yield* step(page.goto("/incidents"))
      yield* see(loading(page))
      yield* step(page.clock.fastForward("00:31"))
      yield* see(main(page).getByText("The server has not answered."))
      yield* see(page.getByRole("button", { name: "Try again" }))
      answer()
      // By itself.
      yield* step(page.clock.fastForward("00:11"))
      yield* see(main(page).getByRole("list").first())
    }))

  it.effect("is said to be out of reach until it is read, also while it is tried again", () =>
    Effect.gen(function*() {
      const { page } = yield* openAs("ines@lakeside.example.com")
      yield* step(page.clock.install())
      for (
        const [address, call] of [["/incidents", /\/api\/v1\/incidents\?/], [
          "/services",
          /\/api\/v1\/services$/
        ]] as const
      ) {
        yield* cutOff(page, call)
        yield* step(page.goto(address))
        yield* see(loading(page))
        const message = main(page).getByRole("alert").filter({ hasText: "The server cannot be reached." })
        for (let tries = 0; tries < 2; tries++) yield* step(page.clock.runFor(5000))
        yield* see(message)
        yield* step(page.unroute(call))
        const asked = page.waitForRequest(call)
        const answer = yield* holdBack(page, call)
        yield* step(page.clock.runFor(11_000))
        yield* step(asked)
        assert.strictEqual(yield* step(message.count()), 1, address)
        answer()
        yield* seeNoMore(message)
        yield* seeNoMore(loading(page))
        yield* step(page.unroute(call))
      }
    }))

  it.effect("keeps nobody signed in without a word", () =>
    Effect.gen(function*() {
      const page = yield* openAsAdmin("/services")
      yield* cutOff(page, /\/api\/v1\/session$/)
      yield* step(page.getByRole("button", { name: "Sign out" }).click())
      yield* see(page.getByRole("alert").getByText("The server cannot be reached."))
      yield* seeNoMore(page.getByRole("heading", { name: "Sign in" }))
    }))
})
