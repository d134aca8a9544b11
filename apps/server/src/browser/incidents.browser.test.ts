import { assert } from "@effect/vitest"
import { Effect } from "effect"
import type { Page } from "playwright-core"
import { browserTests } from "./browserTests.fixture.ts"
import { arrive, openAs, see, seeNoMore, step } from "./page.fixture.ts"
import { fireTestAlert, incidentsWith } from "./testAlert.fixture.ts"

const search = (page: Page) => page.getByRole("searchbox", { name: "Search the incidents" })
const choice = (page: Page, name: string) => page.getByRole("combobox", { name, exact: true })
const row = (page: Page, title: string) => page.getByRole("region", { name: "List" }).getByRole("link", { name: title })

/** The list, as an admin sees it. */
const openList = Effect.fnUntraced(function*(address = "/incidents") {
  const { page } = yield* openAs("ines@lakeside.example.com")
  yield* step(page.goto(address))
  yield* see(page.getByText("Connected").first())
  return page
})

/** A fresh incident, open in a browser. */
const openIncident = Effect.fnUntraced(function*(title: string) {
  const { status } = yield* fireTestAlert(title)
  const [incident] = yield* incidentsWith(title)
  const page = yield* openList(`/incidents/${incident?.id}`)
  const detail = page.getByRole("article")
  yield* see(detail.getByRole("heading", { level: 1, name: title }))
  return { page, detail, status, timeline: detail.getByRole("list", { name: "Timeline" }) }
})

browserTests("Incidents", (it) => {
  it.effect("are filtered by the address, which survives a reload", () =>
    Effect.gen(function*() {
      yield* fireTestAlert("Door of room 7 does not open")
      yield* fireTestAlert("Breakfast is late")
      const page = yield* openList()
      yield* see(row(page, "Breakfast is late"))

      yield* step(search(page).fill("door of room"))
      yield* step(choice(page, "Priority").selectOption("Critical"))
      yield* step(choice(page, "Status").selectOption("Triggered"))
      yield* step(choice(page, "Service").selectOption("Booking website"))
      yield* see(row(page, "Door of room 7"))
      yield* seeNoMore(row(page, "Breakfast is late"))
      yield* arrive(page, /status=triggered/)
      for (const part of [/text=door/, /priority=critical/, /service=/]) yield* arrive(page, part)

      yield* step(page.reload())
      yield* see(row(page, "Door of room 7"))
      assert.strictEqual(yield* step(search(page).inputValue()), "door of room")
      assert.strictEqual(yield* step(choice(page, "Priority").inputValue()), "critical")
      assert.strictEqual(yield* step(choice(page, "Status").inputValue()), "triggered")
      assert.strictEqual(yield* step(row(page, "Breakfast is late").count()), 0)

      yield* step(choice(page, "Priority").selectOption("Low"))
      yield* see(page.getByText("No incident matches"))
      yield* step(page.getByRole("button", { name: "Clear the filters" }).click())
      yield* see(row(page, "Breakfast is late"))
      yield* arrive(page, /^\/incidents$/)
    }))

  it.effect("are gone through, opened and answered by keys", () =>
    Effect.gen(function*() {
      const older = yield* fireTestAlert("Heating of Brienz is off")
      const newer = yield* fireTestAlert("Heating of Thun is off")
      const page = yield* openList("/incidents?text=Heating")
      yield* see(row(page, "Brienz"))
      const focused = (title: string) => see(page.locator("a:focus", { hasText: title }))

      yield* step(page.keyboard.press("j"))
      yield* focused("Thun")
      yield* step(page.keyboard.press("j"))
      yield* focused("Brienz")
      yield* step(page.keyboard.press("k"))
      yield* focused("Thun")
      yield* step(page.keyboard.press("a"))
      yield* see(row(page, "Thun").getByText("Acknowledged"))

      yield* step(page.keyboard.press("j"))
      yield* step(page.keyboard.press("Enter"))
      const detail = page.getByRole("article")
      yield* see(detail.getByRole("heading", { level: 1, name: "Heating of Brienz is off" }))
      yield* arrive(page, /^\/incidents\/.+text=Heating/)
      yield* step(page.keyboard.press("k"))
      yield* see(detail.getByRole("heading", { level: 1, name: "Heating of Thun is off" }))
      yield* step(page.keyboard.press("j"))
      yield* see(detail.getByRole("heading", { level: 1, name: "Heating of Brienz is off" }))

      yield* step(page.keyboard.press("a"))
      yield* see(detail.getByText("Acknowledged", { exact: true }).first())
      yield* step(page.keyboard.press("n"))
      yield* see(page.locator("textarea:focus"))
      yield* step(page.keyboard.type("jar of keys"))
      assert.strictEqual(yield* step(page.getByLabel("Note").inputValue()), "jar of keys")
      yield* step(page.keyboard.press("Escape"))
      yield* step(page.keyboard.press("e"))
      yield* see(page.getByRole("dialog", { name: /^Reassign/ }))
      yield* step(page.keyboard.press("Escape"))
      yield* seeNoMore(page.getByRole("dialog"))
      yield* step(page.keyboard.press("r"))
      yield* see(page.getByRole("dialog", { name: /^Resolve/ }))
      yield* step(page.keyboard.press("Control+Enter"))
      yield* see(detail.getByText("Resolved", { exact: true }).first())

      yield* step(page.keyboard.press("Escape"))
      yield* step(page.keyboard.press("?"))
      yield* see(page.getByRole("dialog", { name: "Keys" }))
      assert.strictEqual(yield* older.status, "resolved")
      assert.strictEqual(yield* newer.status, "acknowledged")
    }))

  it.effect("go on with the next one when the open one has left the list", () =>
    Effect.gen(function*() {
      for (const place of ["Sigriswil", "Merligen", "Oberhofen"]) yield* fireTestAlert(`Boiler of ${place} is cold`)
      const page = yield* openList("/incidents?text=Boiler")
      const title = (place: string) =>
        page.getByRole("article").getByRole("heading", { level: 1, name: `Boiler of ${place} is cold` })
      yield* step(row(page, "Merligen").click())
      yield* see(title("Merligen"))
      yield* step(page.keyboard.press("r"))
      yield* step(page.getByRole("dialog").getByRole("button", { name: "Resolve" }).click())
      yield* seeNoMore(row(page, "Merligen"))
      yield* step(page.keyboard.press("j"))
      yield* see(title("Sigriswil"))
    }))

  it.effect("have the focus again after a dialog, and hand it to the next one when they leave the list", () =>
    Effect.gen(function*() {
      for (const place of ["Sumiswald", "Trub", "Eggiwil"]) yield* fireTestAlert(`Pump of ${place} stands still`)
      const page = yield* openList("/incidents?text=Pump")
      yield* see(row(page, "Sumiswald"))
      const focused = (place: string) => see(page.locator("a:focus", { hasText: place }))
      const dialog = page.getByRole("dialog")
      yield* step(page.keyboard.press("j"))
      yield* step(page.keyboard.press("j"))
      yield* focused("Trub")
      for (const keys of ["r", "Control+k", "?"]) {
        yield* step(page.keyboard.press(keys))
        yield* see(dialog)
        yield* step(page.keyboard.press("Escape"))
        yield* seeNoMore(dialog)
        yield* focused("Trub")
      }

      yield* step(page.keyboard.press("r"))
      yield* see(dialog)
      yield* step(page.keyboard.press("Control+Enter"))
      yield* see(page.getByRole("status").getByText(/#\d+ is resolved/))
      yield* seeNoMore(row(page, "Trub"))
      yield* step(page.keyboard.press("j"))
      yield* focused("Sumiswald")

      yield* step(page.goto("/services"))
      const actions = page.getByRole("button", { name: /^Actions for/ }).first()
      yield* step(actions.press("Enter"))
      yield* step(page.getByRole("menuitem", { name: "Edit" }).press("Enter"))
      yield* see(dialog)
      yield* step(page.keyboard.press("Escape"))
      yield* seeNoMore(dialog)
      yield* see(page.locator("button[aria-label^='Actions for']:focus"))
    }))

  it.effect("do not seem acknowledged while no answer comes, and say so at last", () =>
    Effect.gen(function*() {
      yield* fireTestAlert("Saunas are cold")
      const [incident] = yield* incidentsWith("Saunas are cold")
      const { page } = yield* openAs("ines@lakeside.example.com")
      yield* step(page.clock.install())
      yield* step(page.route("**/acknowledge", () => {}))
      yield* step(page.goto(`/incidents/${incident?.id}`))
      const detail = page.getByRole("article")
      const acknowledge = detail.getByRole("button", { name: "Acknowledge" })
      yield* step(acknowledge.click())
      yield* see(detail.getByRole("button", { name: "Acknowledging" }).and(page.locator("[aria-busy=true]")))
      yield* see(detail.getByText("Triggered", { exact: true }))
      assert.strictEqual(yield* step(detail.getByText(/has stopped|by Ines Keller/).count()), 0)
      yield* step(page.setViewportSize({ width: 360, height: 740 }))
      const note = yield* step(detail.getByRole("button", { name: "Note", exact: true }).boundingBox())
      assert.isAtMost((note?.x ?? 360) + (note?.width ?? 0), 360)

      yield* step(page.clock.fastForward(11_000))
      yield* see(page.getByRole("alert").getByText(/was not acknowledged\. The server has not answered/))
      yield* step(page.unroute("**/acknowledge"))
      yield* step(acknowledge.click())
      yield* see(page.getByRole("status").getByText(/#\d+ is acknowledged/))
      yield* seeNoMore(page.getByRole("alert").getByText(/was not acknowledged/))
      yield* see(detail.getByText("Acknowledged", { exact: true }).first())
    }))

  it.effect("change their priority by a menu, and by no letter alone", () =>
    Effect.gen(function*() {
      const { detail, page, timeline } = yield* openIncident("Towels are wet")
      const priority = detail.getByLabel(/^Change the priority/)
      yield* step(priority.focus())
      for (const key of ["l", "ArrowUp", "ArrowUp"]) yield* step(page.keyboard.press(key))
      yield* step(page.getByLabel("Note").fill("They were not dried."))
      yield* step(page.getByRole("button", { name: "Add note" }).click())
      yield* see(timeline.getByText("They were not dried."))
      assert.strictEqual((yield* incidentsWith("Towels are wet"))[0]?.priority, "critical")

      yield* step(priority.press("Enter"))
      yield* step(page.getByRole("menuitem", { name: "Low" }).click())
      yield* see(priority.getByText("Low"))
      assert.strictEqual((yield* incidentsWith("Towels are wet"))[0]?.priority, "low")
    }))

  it.effect("are found by what was typed last, however slowly", () =>
    Effect.gen(function*() {
      yield* fireTestAlert("Quilts are torn")
      yield* fireTestAlert("Zithers are out of tune")
      const page = yield* openList()
      yield* step(page.keyboard.press("Control+k"))
      const words = page.getByRole("combobox", { name: "Find" })
      yield* step(words.fill("Quilts"))
      yield* see(page.getByRole("option", { name: "Quilts are torn" }))
      const slow = Promise.withResolvers<void>()
      yield* step(
        page.route("**/api/v1/incidents?*text=Zithers*", (route) => slow.promise.then(() => route.continue()))
      )
      yield* step(words.fill("Zithers"))
      yield* step(words.press("Enter"))
      yield* see(page.getByRole("listbox", { name: "Found" }).and(page.locator("[aria-busy=true]")))
      slow.resolve()
      yield* see(page.getByRole("article").getByRole("heading", { level: 1, name: "Zithers are out of tune" }))
    }))

  it.effect("take notes, and keep what was typed", () =>
    Effect.gen(function*() {
      const { page, timeline } = yield* openIncident("Lift of Thun stands still")
      yield* step(page.getByRole("button", { name: "Add note" }).click())
      yield* see(page.getByRole("alert").first())
      yield* step(page.getByLabel("Note").fill("The technician is on the way: 20 minutes."))
      yield* step(page.reload())
      yield* step(page.getByRole("button", { name: "Add note" }).click())
      yield* see(timeline.getByText("The technician is on the way: 20 minutes."))
      assert.strictEqual(yield* step(page.getByLabel("Note").inputValue()), "")
    }))

  it.effect("store a note once, and keep what is typed while it is being sent", () =>
    Effect.gen(function*() {
      const { page, timeline } = yield* openIncident("Lift of Spiez stands still")
      const slow = Promise.withResolvers<void>()
      let requests = 0
      yield* step(page.route("**/notes", (route) => {
        requests++
        return slow.promise.then(() => route.continue())
      }))
      const note = page.getByLabel("Note")
      yield* step(note.fill("It is on its way."))
      yield* step(note.press("Control+Enter"))
      yield* see(page.getByRole("button", { name: "Add note" }).and(page.locator("[aria-busy=true], :disabled")))
      yield* step(note.press("Control+Enter"))
      yield* step(note.fill("It is here."))
      slow.resolve()
      yield* see(timeline.getByText("It is on its way."))
      assert.strictEqual(yield* step(note.inputValue()), "It is here.")
      assert.strictEqual(requests, 1)
    }))

  it.effect("say of a page that was not sent what may have happened", () =>
    Effect.gen(function*() {
      const { detail, page } = yield* openIncident("Fountain of Vevey is dry")
      yield* step(
        page.route("**/notifications", (route) =>
          route.fetch().then((response) =>
            response.json().then((pages: ReadonlyArray<object>) =>
              route.fulfill({ response, json: pages.map((one) => ({ ...one, status: "cancelled", attempts: [] })) })
            )
          ))
      )
      yield* step(detail.getByRole("tab", { name: "Pages" }).click())
      const paged = detail.getByRole("list", { name: "Pages" })
      yield* see(paged.getByText("Not sent", { exact: true }).first())
      yield* see(paged.getByText("its person or contact method was gone").first())
    }))

  it.effect("keep the word on what it was until they are resolved", () =>
    Effect.gen(function*() {
      const { detail, page, timeline } = yield* openIncident("Towels are missing")
      const resolve = detail.getByRole("button", { name: "Resolve" })
      const dialog = page.getByRole("dialog")
      const word = page.getByLabel("What was it?")
      yield* step(resolve.click())
      yield* step(word.fill("The laundry was closed."))
      yield* step(page.keyboard.press("Escape"))
      yield* seeNoMore(dialog)

      yield* step(page.route("**/resolve", (route) => route.abort()))
      yield* step(resolve.click())
      yield* step(dialog.getByRole("button", { name: "Resolve" }).click())
      yield* see(page.getByRole("alert").getByText(/was not resolved/))
      yield* step(page.unroute("**/resolve"))

      yield* step(resolve.click())
      assert.strictEqual(yield* step(word.inputValue()), "The laundry was closed.")
      yield* step(dialog.getByRole("button", { name: "Resolve" }).click())
      yield* see(timeline.getByText("The laundry was closed."))
      assert.strictEqual(yield* step(page.evaluate<number>("sessionStorage.length")), 0)
    }))

  it.effect("stay in sight where the script of a dialog cannot be fetched, and the next press tries again", () =>
    Effect.gen(function*() {
      yield* fireTestAlert("Minibars are empty")
      const [incident] = yield* incidentsWith("Minibars are empty")
      const { page } = yield* openAs("ines@lakeside.example.com")
      const script = /\/assets\/ResolveDialog-.*\.js$/
      yield* step(page.route(script, (route) => route.abort()))
      yield* step(page.goto(`/incidents/${incident?.id}`))
      const detail = page.getByRole("article")
      yield* step(detail.getByRole("button", { name: "Resolve" }).click())
      yield* see(page.getByRole("alert").getByText(/could not be opened/))
      yield* see(detail.getByRole("heading", { level: 1, name: "Minibars are empty" }))
      yield* step(page.unroute(script))
      yield* step(detail.getByRole("button", { name: "Resolve" }).click())
      yield* see(page.getByRole("dialog", { name: /^Resolve/ }))
    }))

  it.effect("go to another person, who is paged, and end with a word on what it was", () =>
    Effect.gen(function*() {
      const { detail, page, status, timeline } = yield* openIncident("Invoices are empty")
      yield* step(detail.getByRole("button", { name: "Reassign" }).click())
      const dialog = page.getByRole("dialog")
      yield* step(dialog.getByRole("button", { name: "Reassign" }).click())
      yield* see(dialog.getByText("Choose a person or a policy.", { exact: true }))
      yield* step(dialog.getByLabel("To whom").selectOption("Maya Thompson"))
      yield* step(dialog.getByRole("button", { name: "Reassign" }).click())
      yield* see(page.getByText(/goes to Maya Thompson/))
      yield* see(timeline.getByRole("listitem").filter({ hasText: /Delivered: email to Maya Thompson/ }))

      yield* step(detail.getByRole("button", { name: "Resolve" }).click())
      yield* step(page.getByLabel("What was it?").fill("A template lost its lines."))
      yield* step(dialog.getByRole("button", { name: "Resolve" }).click())
      yield* see(detail.getByText("Resolved", { exact: true }).first())
      yield* see(timeline.getByText("A template lost its lines."))
      assert.strictEqual(yield* status, "resolved")
      yield* seeNoMore(detail.getByRole("button", { name: "Reassign" }))
    }))

  it.effect("change live for everybody who looks", () =>
    Effect.gen(function*() {
      const { detail } = yield* openIncident("Rates are missing for May")
      const { page: other } = yield* openAs("tomas@lakeside.example.com")
      yield* step(other.goto("/incidents?text=Rates"))
      yield* see(row(other, "Rates are missing").getByText("Triggered"))
      yield* see(other.getByText("Connected").first())
      yield* step(detail.getByRole("button", { name: "Acknowledge" }).click())
      yield* see(row(other, "Rates are missing").getByText("Acknowledged"))
      yield* see(row(other, "Rates are missing").getByText("by Ines Keller"))
    }))

  it.effect("are shown in a storm too, by few readings", () =>
    Effect.gen(function*() {
      const page = yield* openList("/incidents?status=triggered")
      let readings = 0
      page.on("request", (request) => {
        if (request.url().includes("/api/v1/incidents?")) readings++
      })
      const storm = Array.from({ length: 200 }, (_, index) => `Storm ${index}`)
      yield* Effect.forEach(storm, (title) => fireTestAlert(title), { concurrency: 4, discard: true })
      yield* fireTestAlert("After the storm")
      yield* see(row(page, "After the storm"))
      assert.isBelow(readings, 20)
    }))

  it.effect("are said to be old where they could not be read anew, until they are", () =>
    Effect.gen(function*() {
      const page = yield* openList("/incidents?status=triggered")
      yield* see(row(page, "After the storm"))
      const list = /\/api\/v1\/incidents\?/
      const problem = { type: "about:blank", status: 429, title: "Too many requests", retryAfter: 60 }
      yield* step(page.route(list, (route) =>
        route.fulfill({ status: 429, contentType: "application/problem+json", body: JSON.stringify(problem) })))
      yield* fireTestAlert("Nobody can read this")
      const notice = page.getByRole("alert").filter({ hasText: "What you see may be old" })
      yield* see(notice)
      yield* see(row(page, "After the storm"))
      yield* step(page.unroute(list))
      yield* see(row(page, "Nobody can read this"))
      yield* seeNoMore(notice)
    }))

  it.effect("tell times rightly on a device whose clock is wrong", () =>
    Effect.gen(function*() {
      yield* fireTestAlert("Ferry to Spiez is full")
      const { page } = yield* openAs("ines@lakeside.example.com")
      yield* step(page.addInitScript("{ const now = Date.now; Date.now = () => now() + 600_000 }"))
      yield* step(page.goto("/incidents?text=Ferry"))
      yield* see(row(page, "Ferry to Spiez is full"))
      yield* see(row(page, "Ferry to Spiez is full").getByText("now", { exact: true }))
    }))

  it.effect("are opened by hand", () =>
    Effect.gen(function*() {
      const page = yield* openList()
      yield* step(page.keyboard.press("c"))
      const dialog = page.getByRole("dialog")
      yield* step(dialog.getByLabel("Service").selectOption("Door locks"))
      yield* step(dialog.getByRole("button", { name: "Open incident" }).click())
      yield* see(dialog.locator("[aria-invalid=true]").first())
      yield* step(dialog.getByRole("textbox").first().fill("The reception smells smoke"))
      yield* step(dialog.getByRole("button", { name: "Open incident" }).click())
      yield* see(page.getByRole("article").getByRole("heading", { level: 1, name: "The reception smells smoke" }))
    }))
})
