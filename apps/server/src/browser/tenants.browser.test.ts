import { assert } from "@effect/vitest"
import { Effect } from "effect"
import type { Page } from "playwright-core"
import { browserTests } from "./browserTests.fixture.ts"
import { openConsole, withTroubles } from "./console.fixture.ts"
import { faultsOf } from "./inspect.fixture.ts"
import { arrive, devices, see, seeNoMore, step } from "./page.fixture.ts"

/** The badge beside the tenant's name. */
const seeState = (page: Page, state: string) => see(page.locator("header").getByText(state, { exact: true }))

/** Has something done with the tenant that is shown: by its button, then in the plan that shows up. */
const decide = Effect.fnUntraced(function*(page: Page, verb: string) {
  yield* step(page.getByRole("button", { name: `${verb}…` }).click())
  yield* see(page.getByRole("dialog").getByRole("heading", { name: "Steps" }))
  yield* step(page.getByRole("dialog").getByRole("button", { name: verb }).click())
  yield* seeNoMore(page.getByRole("dialog"))
})

browserTests("Tenants in the console", (it) => {
  it.effect("are created, changed, suspended, resumed, off-boarded and restored, each after its plan was seen", () =>
    Effect.gen(function*() {
      const { complaints, page } = yield* openConsole()
      yield* step(page.goto("/admin/tenants"))
      yield* step(page.getByRole("link", { name: "New tenant" }).click())
      yield* step(page.getByRole("button", { name: "Review the plan" }).click())
      yield* see(page.getByText("This must be a name.").first())
      yield* step(page.getByLabel("Name", { exact: true }).fill("Harbour Hotels"))
      yield* step(page.getByLabel("Slug").fill("harbour"))
      yield* step(page.getByLabel("Host names").fill("alerts.harbour.example.com"))
      yield* step(page.getByLabel("Sender's name").fill("Harbour Hotels"))
      yield* step(page.getByLabel("Sender's address").fill("bell@harbour.example.com"))
      yield* step(page.getByRole("button", { name: "Review the plan" }).click())
      const dialog = page.getByRole("dialog")
      yield* see(dialog.getByText("Nothing has to be built for it"))
      assert.deepStrictEqual(yield* faultsOf(page), [])
      yield* step(dialog.getByRole("button", { name: "Create" }).click())
      yield* arrive(page, /^\/admin\/tenants\/harbour$/)
      yield* seeState(page, "Active")

      yield* step(page.getByLabel("Name", { exact: true }).fill("Harbour Inns"))
      yield* step(page.getByLabel("People").fill("80"))
      yield* step(page.getByRole("button", { name: "Review the change" }).click())
      yield* see(dialog.getByText("Harbour Inns"))
      const fields = dialog.getByLabel("Fields that change")
      assert.include(yield* step(fields.innerText()), "quotas.users")
      assert.deepStrictEqual(yield* faultsOf(page), [])
      yield* step(dialog.getByRole("button", { name: "Apply" }).click())
      yield* see(page.getByRole("heading", { name: "Harbour Inns", level: 1 }))

      yield* decide(page, "Suspend")
      yield* seeState(page, "Suspended")
      yield* decide(page, "Resume")
      yield* seeState(page, "Active")

      yield* step(page.getByRole("button", { name: "Off-board…" }).click())
      const offboard = dialog.getByRole("button", { name: "Off-board" })
      yield* step(dialog.getByLabel("Days until its data is deleted").fill("7"))
      yield* step(dialog.getByLabel("Type harbour").fill("lakeside"))
      assert.isTrue(yield* step(offboard.isDisabled()))
      yield* step(dialog.getByLabel("Type harbour").fill("harbour"))
      assert.deepStrictEqual(yield* faultsOf(page), [])
      yield* step(offboard.click())
      yield* seeState(page, "Off-boarding")
      yield* see(page.getByText("Deletes its data"))
      yield* decide(page, "Restore")
      yield* seeState(page, "Active")

      yield* step(page.getByRole("tab", { name: "History" }).click())
      const operations = page.getByRole("list", { name: "Operations" }).locator("summary")
      yield* see(operations.filter({ hasText: "Restoration" }).getByText("Succeeded"))
      assert.deepStrictEqual(
        (yield* step(operations.allInnerTexts())).map((text) => text.split(/\s/, 1)[0]),
        ["Restoration", "Off-boarding", "Resumption", "Suspension", "Change", "Creation"]
      )
      yield* step(operations.first().click())
      yield* see(page.getByRole("list", { name: "Operations" }).getByRole("list", { name: "What happened" }))
      assert.deepStrictEqual(yield* faultsOf(page), [])
      yield* step(page.getByRole("list", { name: "Operations" }).getByRole("link", { name: "Look at its run" }).click())
      yield* arrive(page, /^\/admin\/runs\//)
      assert.deepStrictEqual(complaints, [])
    }))

  it.effect("say within a plan that another one could not be made", () =>
    Effect.gen(function*() {
      const { page } = yield* openConsole()
      yield* step(page.goto("/admin/tenants/lakeside"))
      yield* step(page.getByRole("button", { name: "Off-board…" }).click())
      const dialog = page.getByRole("dialog")
      const days = dialog.getByLabel("Days until its data is deleted")
      yield* see(days)
      yield* step(page.route("**/plan", (route) => route.abort()))
      yield* step(days.fill("9"))
      yield* step(days.blur())
      yield* see(dialog.getByRole("alert").filter({ hasText: "cannot be reached" }))
    }))

  it.effect("are found by their words and their state, and a link is a view", () =>
    Effect.gen(function*() {
      const { page } = yield* openConsole()
      yield* withTroubles(page)
      yield* step(page.goto("/admin/tenants?state=failed"))
      const rows = page.getByRole("table", { name: "Tenants" }).locator("tbody tr")
      yield* see(rows.filter({ hasText: "No node has room" }))
      assert.strictEqual(yield* step(rows.count()), 1)
      yield* step(page.getByLabel("State").selectOption(""))
      yield* step(page.getByRole("searchbox").fill("SEAWARD ferries"))
      yield* step(page.getByRole("searchbox").press("Enter"))
      yield* arrive(page, /text=SEAWARD/)
      const bar = rows.getByRole("progressbar", { name: "Resources done by the change" })
      yield* see(bar.first())
      assert.strictEqual(yield* step(bar.first().getAttribute("aria-valuenow")), "12")
    }))

  it.effect("are edited as JSON too, and what is wrong is said by field before anything is sent", () =>
    Effect.gen(function*() {
      const { page } = yield* openConsole()
      yield* withTroubles(page)
      yield* step(page.goto("/admin/tenants/calm"))
      yield* step(page.getByLabel("People").fill("0"))
      yield* step(page.getByRole("button", { name: "Review the change" }).click())
      yield* see(page.getByText("This must be a whole number from 1 to 1000000."))
      assert.isTrue(yield* step(page.getByLabel("People").evaluate((field) => field === document.activeElement)))

      yield* step(page.getByRole("tab", { name: "JSON" }).click())
      const text = page.getByLabel("Configuration as JSON")
      const json = JSON.parse(yield* step(text.inputValue()))
      yield* step(text.fill(JSON.stringify({ ...json, colour: "red" })))
      yield* step(page.getByRole("tab", { name: "Fields" }).click())
      const wrong = page.getByRole("list", { name: "What is wrong" })
      yield* see(wrong.getByText("colour:"))
      yield* see(wrong.getByText("quotas.users:"))
      assert.deepStrictEqual(yield* faultsOf(page), [])
      yield* step(text.fill(JSON.stringify({ ...json, quotas: { ...json.quotas, users: 7 } })))
      yield* step(page.getByRole("tab", { name: "Fields" }).click())
      assert.strictEqual(yield* step(page.getByLabel("People").inputValue()), "7")

      yield* step(page.getByRole("link", { name: "All tenants" }).click())
      yield* step(page.getByRole("dialog", { name: "Discard what you entered?" }).getByText("Cancel").click())
      assert.strictEqual(yield* step(page.getByLabel("People").inputValue()), "7")
    }))

  for (const { device, options } of devices) {
    it.effect(`show a long plan on ${device} so that all of it can be read`, () =>
      Effect.gen(function*() {
        const { complaints, page } = yield* openConsole(options)
        yield* withTroubles(page)
        yield* step(page.goto("/admin/tenants/calm"))
        yield* step(page.getByRole("button", { name: "Review the change" }).click())
        const dialog = page.getByRole("dialog")
        yield* see(dialog.getByText("2 deleted"))
        yield* see(dialog.getByText("8 replaced"))
        yield* see(dialog.getByRole("list", { name: "Warnings" }))
        assert.deepStrictEqual(yield* faultsOf(page), [])
        assert.deepStrictEqual(complaints, [])
      }))
  }
})
