import { assert } from "@effect/vitest"
import { OnCall } from "@innkeeper/oncall/api"
import { Effect, Schema } from "effect"
import type { Locator, Page } from "playwright-core"
import { eventually } from "../e2e/eventually.fixture.ts"
import { Server } from "../e2e/server.fixture.ts"
import { browserTests } from "./browserTests.fixture.ts"
import { faultsOf } from "./inspect.fixture.ts"
import { arrive, openAs, see, seeNoMore, step } from "./page.fixture.ts"
import { Sessions } from "./sessions.fixture.ts"
import { incidentsWith, read } from "./testAlert.fixture.ts"

const openAsAdmin = Effect.fnUntraced(function*(address: string) {
  const { page } = yield* openAs("ines@lakeside.example.com")
  yield* step(page.goto(address))
  return page
})

/** Presses a button that opens a form. */
const openForm = Effect.fnUntraced(function*(page: Page, button: string) {
  yield* step(page.getByRole("button", { name: button }).first().click())
  const dialog = page.getByRole("dialog")
  yield* see(dialog)
  return dialog
})

/** Opens the menu of a row and chooses. */
const choose = Effect.fnUntraced(function*(page: Page, name: string, item: string) {
  yield* step(page.getByRole("button", { name: `Actions for ${name}` }).click())
  yield* step(page.getByRole("menuitem", { name: item }).click())
  const dialog = page.getByRole("dialog")
  yield* see(dialog)
  return dialog
})

const press = (form: Locator, name: string) => step(form.getByRole("button", { name, exact: true }).click())

/** Waits until the field is marked as wrong, and gives the words at it. */
const complaintAt = Effect.fnUntraced(function*(form: Locator, label: string) {
  const field = form.getByLabel(label, { exact: true })
  yield* see(form.locator("[aria-invalid=true]").and(field))
  const ids = (yield* step(field.getAttribute("aria-describedby")) ?? "") ?? ""
  return yield* step(form.locator(ids.split(" ").map((id) => `[id="${id}"]`).join(",")).last().innerText())
})

browserTests("Setting up in the browser", (it) => {
  it.effect("gives a span of a schedule to somebody and takes it back", () =>
    Effect.gen(function*() {
      const page = yield* openAsAdmin("/schedules")
      yield* step(page.getByRole("link", { name: "Payments" }).first().click())
      yield* arrive(page, /^\/schedules\/./)
      const form = yield* openForm(page, "Add override")
      yield* step(form.getByLabel("Person").selectOption("Priya Nair"))
      const start = yield* step(form.getByLabel("From").inputValue())
      yield* step(form.getByLabel("Until").fill(start))
      yield* press(form, "Add override")
      yield* see(form.getByRole("alert").first())
      yield* step(form.getByLabel("Until").fill(`${Number(start.slice(0, 4)) + 1}${start.slice(4)}`))
      yield* press(form, "Add override")
      yield* seeNoMore(form)

      const turn = page.getByRole("toolbar", { name: "On call" }).getByRole("button", { name: /^Priya Nair/ }).first()
      yield* step(turn.click())
      yield* step(page.getByRole("button", { name: "Remove override" }).click())
      yield* see(page.getByText("The override is removed."))
      yield* seeNoMore(turn)
    }))

  it.effect("says whose turns in a schedule go to nobody, and until when as far as it knows", () =>
    Effect.gen(function*() {
      const server = yield* Server
      const headers = yield* (yield* Sessions).of("ines@lakeside.example.com")
      const schedules = yield* read("/api/v1/on-call/schedules", Schema.Array(OnCall))
      const payments = schedules.find(({ scheduleName }) => scheduleName.includes("Payments"))
      const person = `/api/v1/users/${payments?.current?.userId}`
      yield* server.ok("PATCH", person, { headers, json: { active: false } })

      const page = yield* openAsAdmin("/schedules")
      yield* see(page.getByRole("row").filter({ hasText: "Payments" }).getByText("deactivated: pages go to nobody"))
      yield* step(page.goto(`/schedules/${payments?.scheduleId}`))
      yield* see(page.getByRole("alert").filter({ hasText: /Pages go to nobody until .* is deactivated\./ }))
      yield* see(page.getByRole("toolbar", { name: "On call" }).getByRole("button", { name: /deactivated/ }).first())
      assert.deepStrictEqual(yield* faultsOf(page), [])
      yield* server.ok("PATCH", person, { headers, json: { active: true } })

      const empty = yield* server.ok("POST", "/api/v1/schedules", {
        headers,
        json: { name: "Empty", timeZone: "Europe/Zurich", layers: [] }
      })
      yield* step(page.goto(`/schedules/${(empty.json as { readonly id: string }).id}`))
      yield* see(page.getByRole("alert").filter({ hasText: "Nobody is on call to the end of this calendar at least." }))
      yield* step(page.getByRole("toolbar", { name: "On call" }).getByRole("button", { name: /at least/ }).click())
      yield* see(page.getByRole("dialog").getByText("14 days or longer"))
    }))

  it.effect("prints the turns of a schedule", () =>
    Effect.gen(function*() {
      const page = yield* openAsAdmin("/schedules")
      yield* step(page.getByRole("link", { name: "Payments" }).first().click())
      const turn = page.getByRole("toolbar", { name: "On call" }).getByRole("button").first()
      yield* see(turn)
      yield* step(page.emulateMedia({ media: "print" }))
      yield* seeNoMore(page.getByRole("button", { name: "Add override" }))
      yield* see(turn)
    }))

  it.effect("says that there is no such schedule, and leads to those there are", () =>
    Effect.gen(function*() {
      const page = yield* openAsAdmin("/schedules/zzz")
      for (const id of ["zzz", "019a0000-0000-7000-8000-000000000000"]) {
        yield* step(page.goto(`/schedules/${id}`))
        yield* see(page.getByRole("heading", { level: 1, name: "There is no such schedule" }))
      }
      assert.match(yield* step(page.title()), /^There is no such schedule/)
      yield* step(page.getByRole("link", { name: "Go to the schedules" }).click())
      yield* see(page.getByRole("heading", { name: "Schedules" }))
    }))

  it.effect("creates, changes and deletes a service, and says at the field what is wrong", () =>
    Effect.gen(function*() {
      const page = yield* openAsAdmin("/services")
      const form = yield* openForm(page, "Create service")
      yield* press(form, "Create")
      assert.isNotEmpty(yield* complaintAt(form, "Name"))
      yield* step(form.getByLabel("Name", { exact: true }).fill("Boat rental"))
      assert.strictEqual(yield* step(form.getByLabel("Routing key").inputValue()), "boat-rental")
      yield* step(form.getByLabel("Routing key").fill("payments"))
      yield* step(form.getByLabel("Team").selectOption("Booking"))
      yield* step(form.getByLabel("Escalation policy").selectOption("Guests are waiting"))
      yield* press(form, "Create")
      // Another service has it: only the server knows.
      assert.isNotEmpty(yield* complaintAt(form, "Routing key"))
      yield* step(form.getByLabel("Routing key").fill("boats"))
      yield* press(form, "Create")
      yield* seeNoMore(form)
      const services = page.getByRole("table", { name: "Services" })
      yield* see(services.getByText("Boat rental"))

      const edit = yield* choose(page, "Boat rental", "Edit")
      yield* step(edit.getByLabel("Name", { exact: true }).fill("Rental of boats"))
      yield* press(edit, "Save")
      yield* see(services.getByText("Rental of boats"))

      const remove = yield* choose(page, "Rental of boats", "Delete")
      yield* press(remove, "Delete")
      yield* seeNoMore(services.getByText("Rental of boats"))
    }))

  it.effect("asks before it throws away what was entered", () =>
    Effect.gen(function*() {
      const page = yield* openAsAdmin("/services")
      const form = yield* openForm(page, "Create service")
      yield* step(form.getByLabel("Name", { exact: true }).fill("Bicycles"))
      yield* step(page.keyboard.press("Escape"))
      yield* step(form.getByRole("button", { name: "Keep editing" }).click())
      assert.strictEqual(yield* step(form.getByLabel("Name", { exact: true }).inputValue()), "Bicycles")
      yield* step(page.keyboard.press("Escape"))
      yield* step(form.getByRole("button", { name: "Discard" }).click())
      yield* seeNoMore(form)
    }))

  it.effect("asks before what was entered is left behind, and keeps nobody from signing out", () =>
    Effect.gen(function*() {
      const { page } = yield* openAs("priya@lakeside.example.com")
      const pages = page.getByRole("navigation", { name: "Pages" })
      const mayUnload = () =>
        step(page.evaluate<boolean>("dispatchEvent(new Event('beforeunload', { cancelable: true }))"))
      yield* step(page.goto("/on-call"))
      yield* step(pages.getByRole("link", { name: "Settings" }).click())
      const form = yield* openForm(page, "Add")
      const address = form.getByLabel("Address")
      assert.isTrue(yield* mayUnload())
      yield* step(address.fill("priya@home.example.com"))
      assert.isFalse(yield* mayUnload())
      yield* step(page.goBack())
      yield* see(form.getByText("Discard what you entered?"))
      yield* press(form, "Keep editing")
      yield* arrive(page, /^\/settings$/)
      assert.strictEqual(yield* step(address.inputValue()), "priya@home.example.com")
      yield* step(page.goBack())
      yield* press(form, "Discard")
      yield* see(page.getByRole("heading", { name: "On-call" }))
      yield* arrive(page, /^\/on-call$/)

      yield* step(pages.getByRole("link", { name: "Settings" }).click())
      yield* step(page.getByLabel("Current password").fill("harbour"))
      yield* step(pages.getByRole("link", { name: "Services" }).click())
      yield* press(page.getByRole("dialog", { name: "Discard what you entered?" }), "Cancel")
      assert.strictEqual(yield* step(page.getByLabel("Current password").inputValue()), "harbour")
      yield* step(page.getByRole("button", { name: "Sign out" }).click())
      yield* arrive(page, /^\/sign-in/)
    }))

  it.effect("creates an integration, whose command works as it is shown, and revokes it", () =>
    Effect.gen(function*() {
      const page = yield* openAsAdmin("/integrations")
      const form = yield* openForm(page, "Create integration")
      yield* press(form, "Create")
      assert.isNotEmpty(yield* complaintAt(form, "Name"))
      yield* step(form.getByLabel("Name", { exact: true }).fill("Weather station"))
      yield* step(form.getByLabel("Service").selectOption("Door locks"))
      yield* press(form, "Create")
      const connect = page.getByRole("dialog", { name: "Connect Weather station" })
      const command = yield* step(connect.getByLabel("test command", { exact: true }).innerText())
      const [, url = ""] = /'(https?:[^']+)'/.exec(command) ?? []
      const [, body = ""] = /-d '(.+)'/s.exec(command) ?? []
      const sent = yield* step(page.request.post(url, { data: JSON.parse(body) }))
      assert.strictEqual(sent.status(), 202)
      const { summary } = JSON.parse(body)
      assert.strictEqual((yield* incidentsWith(summary))[0]?.serviceName, "Door locks")

      // As over plain HTTP, where a page may not copy.
      yield* step(page.evaluate("Object.defineProperty(navigator, 'clipboard', { value: undefined })"))
      yield* press(connect, "Copy key")
      yield* see(connect.getByText("It is selected"))
      const key = yield* step(connect.getByLabel("key", { exact: true }).innerText())
      assert.strictEqual(yield* step(page.evaluate("getSelection().toString()")), key)
      yield* press(connect, "Done")

      const row = page.getByRole("row").filter({ hasText: "Weather station" })
      yield* step(row.getByRole("button", { name: "Revoke" }).click())
      yield* press(page.getByRole("dialog"), "Revoke")
      yield* see(row.getByText("revoked"))
      assert.strictEqual((yield* step(page.request.post(url, { data: JSON.parse(body) }))).status(), 404)
    }))

  it.effect("creates no API key while its expiry is half typed, and says which never expire", () =>
    Effect.gen(function*() {
      const page = yield* openAsAdmin("/settings")
      const form = yield* openForm(page, "Create key")
      yield* step(form.getByLabel("Name", { exact: true }).fill("Weather station"))
      yield* step(form.getByRole("checkbox").first().check())
      const expires = form.getByLabel("Expires", { exact: true })
      yield* step(expires.focus())
      yield* step(page.keyboard.type("12"))
      yield* press(form, "Create")
      assert.include(yield* complaintAt(form, "Expires"), "incomplete")
      yield* step(expires.fill(""))
      yield* press(form, "Create")
      const secret = page.getByRole("dialog", { name: "Keep this key" })
      yield* see(secret)
      yield* step(page.mouse.click(5, 5))
      yield* press(secret, "I have copied it")
      yield* seeNoMore(secret)
      yield* see(page.getByRole("listitem").filter({ hasText: "Weather station" }).getByText("never expires"))
    }))

  it.effect("shows a wait in its own unit after its level has moved", () =>
    Effect.gen(function*() {
      const page = yield* openAsAdmin("/escalation-policies")
      const form = yield* openForm(page, "Create policy")
      yield* step(form.getByRole("button", { name: "Add a level" }).click())
      const level = (number: number) => form.getByRole("group", { name: `Level ${number}`, exact: true })
      const unit = (number: number) => level(number).getByLabel("Then waits, unit")
      const wait = (number: number) => level(number).getByLabel("Then waits", { exact: true })
      yield* step(unit(2).selectOption("hours"))
      yield* step(wait(2).fill("2"))
      yield* step(form.getByRole("button", { name: "Move level 2 up" }).click())
      const shown = [wait(1), unit(1), wait(2), unit(2)]
      assert.deepStrictEqual(
        yield* Effect.forEach(shown, (control) => step(control.inputValue())),
        ["2", "hours", "5", "minutes"]
      )
    }))

  it.effect("lets one move turns, layers and levels on by the same key", () =>
    Effect.gen(function*() {
      const page = yield* openAsAdmin("/schedules")
      const holder = page.locator(":focus")
      const moved = Effect.fnUntraced(function*(form: Locator, button: string, last: string) {
        yield* step(form.getByRole("button", { name: button }).focus())
        yield* step(page.keyboard.press("Enter"))
        yield* step(page.keyboard.press("Enter"))
        assert.strictEqual(yield* step(holder.getAttribute("aria-label")), last)
      })

      const schedule = yield* openForm(page, "Create schedule")
      for (const name of ["Ines Keller", "Tomás Ribeiro", "Priya Nair"]) {
        yield* step(schedule.getByLabel("People, in the order of their turns").selectOption({ label: name }))
      }
      for (let more = 0; more < 2; more++) yield* press(schedule, "Add a layer")
      yield* moved(schedule, "Move Priya Nair up", "Move Priya Nair down")
      assert.match(yield* step(schedule.getByRole("listitem").first().innerText()), /Priya Nair/)
      yield* moved(schedule, "Move Layer 3 up", "Move Layer 3 up")
      assert.strictEqual(yield* step(schedule.getByLabel("Layer", { exact: true }).first().inputValue()), "Layer 3")

      yield* step(page.goto("/escalation-policies"))
      const policy = yield* openForm(page, "Create policy")
      for (let more = 0; more < 2; more++) yield* press(policy, "Add a level")
      yield* step(policy.getByLabel("Whom to page").nth(2).selectOption("Jonas Lindqvist"))
      yield* moved(policy, "Move level 3 up", "Move level 1 up")
      const first = policy.getByRole("group", { name: "Level 1" })
      yield* press(first, "Take Jonas Lindqvist out")
      assert.strictEqual(yield* step(first.getByRole("listitem").count()), 0)
    }))

  it.effect("adds a person, who is invited by mail, and changes them", () =>
    Effect.gen(function*() {
      const page = yield* openAsAdmin("/people")
      const form = yield* openForm(page, "Add person")
      yield* step(form.getByLabel("Name", { exact: true }).fill("Leïla Haddad"))
      yield* step(form.getByLabel("Email", { exact: true }).fill("leila@"))
      yield* press(form, "Add")
      assert.isNotEmpty(yield* complaintAt(form, "Email"))
      yield* step(form.getByLabel("Email", { exact: true }).fill("leila@lakeside.example.com"))
      yield* press(form, "Add")
      yield* seeNoMore(form)
      const people = page.getByRole("table", { name: "People" })
      yield* see(people.getByText("leila@lakeside.example.com"))

      const edit = yield* choose(page, "Leïla Haddad", "Edit")
      yield* step(edit.getByLabel("Name", { exact: true }).fill("Leïla Haddad-Roth"))
      yield* press(edit, "Save")
      yield* see(people.getByText("Leïla Haddad-Roth"))
      const deactivate = yield* choose(page, "Leïla Haddad-Roth", "Deactivate")
      yield* press(deactivate, "Deactivate")
      yield* see(people.getByText("deactivated"))

      yield* step(page.goto("/mailbox"))
      yield* see(page.getByRole("list", { name: "Mail" }).getByText("leila@lakeside.example.com"))
    }))

  it.effect("finds one of two thousand people by words, and keeps the words in the address", () =>
    Effect.gen(function*() {
      const { page } = yield* openAs("ines@lakeside.example.com")
      const guest = (person: object, index: number) => ({
        ...person,
        id: `019a0000-0000-7000-8000-${String(index).padStart(12, "0")}`,
        name: `Zoë Guest ${index}`,
        email: `guest${index}@lakeside.example.com`,
        deactivatedAt: index === 0 ? "2026-01-05T09:00:00.000Z" : null
      })
      yield* step(
        page.route(
          "**/api/v1/users",
          (route) =>
            route.fetch().then((response) =>
              response.json().then(([ines]) =>
                route.fulfill({
                  response,
                  json: Array.from({ length: 2000 }, (_, index) => guest(ines, index))
                })
              )
            )
        )
      )
      yield* step(page.goto("/people"))
      yield* see(page.getByText("2000 people"))
      assert.strictEqual(yield* step(page.getByRole("row").count()), 201)
      yield* see(page.getByText("The first 200 are shown."))
      // Who was deactivated comes after all others, and not after those who are drawn.
      assert.strictEqual(yield* step(page.getByText("Zoë Guest 0", { exact: true }).count()), 0)

      const field = page.getByRole("searchbox", { name: "Find people" })
      yield* step(field.pressSequentially("1999 zoe"))
      yield* see(page.getByText("1 of 2000 people"))
      yield* see(page.getByRole("row", { name: /Zoë Guest 1999/ }))
      assert.include(page.url(), "find=1999+zoe")
      yield* step(page.reload())
      yield* see(page.getByText("1 of 2000 people"))
      assert.strictEqual(yield* step(field.inputValue()), "1999 zoe")

      yield* step(field.fill("nobody"))
      yield* see(page.getByText("No people have these words"))
      assert.deepStrictEqual(yield* faultsOf(page), [])
      yield* step(page.getByRole("button", { name: "Show all" }).click())
      yield* see(page.getByText("2000 people"))
      assert.strictEqual(yield* step(field.inputValue()), "")

      for (
        const [address, link, label] of [["/people?find=zoe", "People", "Find people"], [
          "/audit?text=zoe",
          "Audit log",
          "Search"
        ]]
      ) {
        yield* step(page.goto(address!))
        const words = page.getByLabel(label!, { exact: true })
        yield* see(words)
        assert.strictEqual(yield* step(words.inputValue()), "zoe")
        yield* step(page.getByRole("navigation", { name: "Pages" }).getByRole("link", { name: link! }).click())
        yield* arrive(page, /^\/[a-z]+$/)
        yield* eventually("an empty field", step(words.inputValue()), (text) => text === "")
      }
    }))
})
