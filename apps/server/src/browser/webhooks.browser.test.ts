import { assert } from "@effect/vitest"
import { HttpSink } from "@innkeeper/testkit"
import { Context, Effect, Layer } from "effect"
import type { Page } from "playwright-core"
import { browserTests } from "./browserTests.fixture.ts"
import { faultsOf } from "./inspect.fixture.ts"
import { arrive, devices, openAs, see, seeNoMore, step } from "./page.fixture.ts"

const admin = "ines@lakeside.example.com"

/** A receiver of its own. */
const receiver = Effect.map(Layer.build(Layer.fresh(HttpSink.layer)), (built) => Context.get(built, HttpSink))

const menu = Effect.fnUntraced(function*(page: Page, item: string) {
  yield* step(page.getByRole("button", { name: "More" }).click())
  yield* step(page.getByRole("menuitem", { name: item }).click())
  const dialog = page.getByRole("dialog")
  yield* see(dialog)
  return dialog
})

/** Creates a webhook at the address and closes the dialog with its secret. Gives the secret. */
const create = Effect.fnUntraced(function*(page: Page, url: string, description: string) {
  yield* step(page.goto("/webhooks"))
  yield* step(page.getByRole("button", { name: "Create webhook" }).first().click())
  const form = page.getByRole("dialog")
  yield* step(form.getByLabel("Address").fill(url))
  yield* step(form.getByLabel("Description").fill(description))
  yield* step(form.getByRole("button", { name: "Create" }).click())
  const secret = yield* step(page.getByLabel("Signing secret", { exact: true }).innerText())
  yield* step(page.getByRole("button", { name: "I have copied it" }).click())
  yield* arrive(page, /^\/webhooks\/./)
  return secret
})

browserTests("Webhooks in the browser", (it) => {
  it.effect("are said to be unknown, and lead to those there are", () =>
    Effect.gen(function*() {
      const { page } = yield* openAs(admin)
      for (const id of ["zzz", "019a0000-0000-7000-8000-000000000000"]) {
        yield* step(page.goto(`/webhooks/${id}`))
        yield* see(page.getByRole("heading", { level: 1, name: "There is no such webhook" }))
      }
      yield* step(page.getByRole("link", { name: "Go to the webhooks" }).click())
      yield* see(page.getByRole("heading", { level: 1, name: "Webhooks" }))
    }))

  it.effect("are created, tested, found wanting, replayed and deleted", () =>
    Effect.gen(function*() {
      const { behave, requests, url } = yield* receiver
      const { complaints, page } = yield* openAs(admin)
      yield* step(page.goto("/webhooks"))
      yield* see(page.getByText("No webhook yet"))
      assert.match(yield* create(page, `${url}/hook`, "Chat"), /^whsec_/)
      yield* see(page.getByText("Nothing was sent yet"))
      const state = page.getByRole("combobox", { name: "State" })
      yield* step(state.selectOption({ index: 1 }))
      yield* see(page.getByText("Nothing is in this state"))
      yield* step(state.selectOption({ index: 0 }))

      yield* behave({ _tag: "Answer", status: 500, body: "the chat is away" })
      yield* step(page.getByRole("button", { name: "Send test" }).click())
      const deliveries = page.getByRole("list", { name: "Deliveries" })
      yield* see(deliveries.getByText("HTTP 500"))
      yield* step(deliveries.getByText("Body and attempts").first().click())
      yield* see(deliveries.getByText("the chat is away"))
      yield* see(deliveries.getByText("\"type\": \"webhook.test\""))
      yield* see(page.getByText(/^Nothing has got through since/))

      yield* behave({ _tag: "Answer", status: 200 })
      // Tried again after 5 s, by itself.
      yield* see(deliveries.getByText("delivered"))
      yield* see(page.getByText("enabled", { exact: true }))
      const before = (yield* requests).length
      yield* step(deliveries.getByRole("button", { name: "Replay" }).click())
      yield* see(page.getByText("It is sent again."))
      yield* see(deliveries.getByText(`${before + 1} attempts`))

      const rotate = yield* menu(page, "Rotate secret")
      yield* step(rotate.getByRole("button", { name: "Rotate" }).click())
      yield* see(page.getByLabel("Signing secret", { exact: true }))
      yield* step(page.getByRole("button", { name: "I have copied it" }).click())
      yield* see(page.getByText(/^The old secret signs as well until/))

      const disable = yield* menu(page, "Disable")
      yield* step(disable.getByRole("button", { name: "Disable" }).click())
      yield* see(page.getByText(/^Nothing is sent since/))
      yield* step(page.getByRole("button", { name: "Enable" }).click())
      yield* see(page.getByRole("button", { name: "Send test" }))

      const remove = yield* menu(page, "Delete")
      yield* step(remove.getByRole("button", { name: "Delete" }).click())
      yield* arrive(page, /^\/webhooks$/)
      yield* see(page.getByText("No webhook yet"))
      // The address that refused is told by the browser itself.
      assert.deepStrictEqual(complaints.filter((complaint) => !complaint.includes("status of 4")), [])
    }))

  it.effect("are created by keyboard alone, for some events, and an address is refused at its field", () =>
    Effect.gen(function*() {
      const { url } = yield* receiver
      const { page } = yield* openAs(admin)
      yield* step(page.goto("/webhooks"))
      const button = page.getByRole("button", { name: "Create webhook" }).first()
      yield* see(button)
      yield* step(button.press("Enter"))
      const form = page.getByRole("dialog")
      yield* see(form)
      // The address has the focus.
      yield* step(page.keyboard.type("ftp://example.com"))
      yield* step(page.keyboard.press("Enter"))
      yield* see(form.locator("[aria-invalid=true]").and(form.getByLabel("Address")))
      yield* step(form.getByLabel("Address").fill(`${url}/some`))
      yield* step(form.getByLabel("everything").press(" "))
      yield* step(page.keyboard.press("Enter"))
      yield* see(form.getByText("Choose at least one thing that it is told."))
      yield* step(form.getByLabel(/^An incident was opened/).press(" "))
      yield* step(form.getByLabel("Address").press("Enter"))
      yield* see(page.getByLabel("Signing secret", { exact: true }))
      yield* step(page.keyboard.press("Escape"))
      yield* arrive(page, /^\/webhooks\/./)
      yield* step(page.goto("/webhooks"))
      yield* see(page.getByText("1 kind of events"))
      yield* step(page.getByRole("link", { name: /127\.0\.0\.1/ }).click())
      const remove = yield* menu(page, "Delete")
      yield* step(remove.getByRole("button", { name: "Delete" }).click())
      yield* seeNoMore(remove)
    }))

  for (const { device, options } of devices) {
    it.effect(`are accessible and fit on ${device}, light and dark`, () =>
      Effect.gen(function*() {
        const { behave, url } = yield* receiver
        const { page } = yield* openAs(admin, options)
        const faults: Array<string> = []
        yield* step(page.goto("/webhooks"))
        faults.push(...yield* faultsOf(page))
        yield* behave({ _tag: "Answer", status: 410, body: "x".repeat(2000) })
        yield* create(page, `${url}/${"long-".repeat(60)}`, `Told on ${device}`)
        faults.push(...yield* faultsOf(page))
        yield* step(page.getByRole("button", { name: "Send test" }).click())
        yield* see(page.getByText(/^Nothing is sent since/))
        yield* step(page.getByText("Body and attempts").first().click())
        yield* see(page.getByLabel("Answer to attempt 1"))
        faults.push(...yield* faultsOf(page))
        yield* step(page.getByRole("button", { name: "Edit" }).click())
        yield* see(page.getByRole("dialog"))
        faults.push(...yield* faultsOf(page))
        yield* step(page.keyboard.press("Escape"))
        yield* step(page.goto("/webhooks"))
        faults.push(...yield* faultsOf(page))
        assert.deepStrictEqual(faults, [])
      }), 120_000)
  }
})
