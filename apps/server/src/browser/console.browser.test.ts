import { assert } from "@effect/vitest"
import { Effect } from "effect"
import { Server } from "../e2e/server.fixture.ts"
import { browserTests } from "./browserTests.fixture.ts"
import { jobId, letterId, openConsole, run, runId, withTroubles } from "./console.fixture.ts"
import { faultsOf, faultsOfPages } from "./inspect.fixture.ts"
import { arrive, devices, onPhone, openAs, openContext, openPage, see, seeNoMore, step } from "./page.fixture.ts"

const pages = [
  "/admin",
  "/admin/tenants",
  "/admin/tenants/-/new",
  "/admin/queues",
  "/admin/runs",
  "/admin/dead-letters",
  "/admin/consumers",
  "/admin/schedules",
  "/admin/record"
]

/** Pages that show one thing, or something over the page. */
const particular = [
  "/admin/tenants/seaward",
  "/admin/tenants/broken",
  "/admin/tenants/gone?tab=history",
  `/admin/queues?job=${jobId}`,
  `/admin/dead-letters?letter=${letterId}`,
  `/admin/runs/${runId}`
]

browserTests("The console", (it) => {
  it.effect("takes the words out of the field when it shows all tenants again", () =>
    Effect.gen(function*() {
      const { page } = yield* openConsole()
      yield* step(page.goto("/admin/tenants"))
      const field = page.getByRole("searchbox")
      yield* step(field.fill("nobody"))
      yield* step(field.press("Enter"))
      yield* step(page.getByRole("button", { name: "Show all" }).click())
      yield* see(page.getByRole("table", { name: "Tenants" }))
      assert.strictEqual(yield* step(field.inputValue()), "")
    }))

  it.effect("takes no consumer for left alone on a device whose clock is fast", () =>
    Effect.gen(function*() {
      const { page } = yield* openConsole()
      yield* step(page.addInitScript("{ const now = Date.now; Date.now = () => now() + 600_000 }"))
      yield* step(page.goto("/admin/consumers"))
      yield* see(page.getByRole("table", { name: "Consumers" }).getByText("now").first())
      assert.strictEqual(yield* step(page.getByText("nobody runs it").count()), 0)
    }))

  it.effect("asks for the admin token, leads on to where one was going, and signs out", () =>
    Effect.gen(function*() {
      const server = yield* Server
      const { context, page } = yield* openPage(yield* openContext())
      yield* step(page.goto("/admin/schedules"))
      const enter = page.getByRole("button", { name: "Open the console" })
      yield* step(enter.click())
      yield* see(page.getByText("Enter the admin token"))
      yield* step(page.getByLabel("Admin token").fill("not the token"))
      yield* step(enter.click())
      yield* see(page.getByRole("alert").filter({ hasText: "not the admin token" }))
      assert.deepStrictEqual(yield* faultsOf(page), [])

      yield* step(page.getByLabel("Admin token").fill(server.adminToken))
      yield* step(page.getByLabel("Admin token").press("Enter"))
      yield* see(page.getByRole("heading", { name: "Schedules", level: 1 }))
      const [cookie] = yield* step(context.cookies(`${server.url}/api/v1/admin/session`))
      assert.deepInclude(cookie, { name: "innkeeper_admin", httpOnly: true, sameSite: "Strict" })
      assert.deepStrictEqual(yield* step(context.cookies(`${server.url}/api/v1/incidents`)), [])

      yield* step(page.getByRole("link", { name: "Record" }).click())
      yield* see(page.getByText("admin-session.refused"))
      yield* see(page.getByText("admin-session.opened").first())
      yield* step(page.getByRole("button", { name: "Sign out of the console" }).click())
      yield* see(page.getByLabel("Admin token"))
      yield* step(page.reload())
      yield* see(page.getByLabel("Admin token"))
    }))

  it.effect("is closed to a tenant's admin", () =>
    Effect.gen(function*() {
      const { page } = yield* openAs("ines@lakeside.example.com")
      yield* step(page.goto("/admin"))
      yield* see(page.getByLabel("Admin token"))
    }))

  it.effect("tries a run again once: the new one takes the place of the old at once", () =>
    Effect.gen(function*() {
      const { page } = yield* openConsole()
      yield* withTroubles(page)
      const retried = { ...run, id: "5f1c0d-again" }
      yield* step(page.route("**/retry", (route) => route.fulfill({ json: retried })))
      // It is never answered.
      yield* step(page.route(`**/api/v1/admin/runs/${retried.id}`, () => {}))
      yield* step(page.goto(`/admin/runs/${runId}`))
      const again = page.getByRole("button", { name: "Try again" })
      yield* step(again.click())
      yield* arrive(page, new RegExp(`/admin/runs/${retried.id}$`))
      yield* see(page.getByRole("status", { name: "Loading" }))
      assert.strictEqual(yield* step(again.count()), 0)
    }))

  for (const { device, options } of devices) {
    it.effect(
      `is accessible and fits on ${device}, light and dark, in peace and in trouble`,
      () =>
        Effect.gen(function*() {
          const { complaints, page } = yield* openConsole(options)
          const faults = yield* faultsOfPages(page, pages)
          yield* withTroubles(page)
          faults.push(...yield* faultsOfPages(page, [...pages, ...particular]))
          assert.deepStrictEqual([...faults, ...complaints], [])
        }),
      400_000
    )
  }

  it.effect("replays all dead letters of a consumer after a question, on a phone, too", () =>
    Effect.gen(function*() {
      const { complaints, page } = yield* openConsole(onPhone)
      yield* withTroubles(page)
      yield* step(page.goto("/admin/dead-letters"))
      yield* step(page.getByLabel("Consumer").selectOption("oncall/escalation"))
      yield* arrive(page, /consumer=oncall/)
      yield* step(page.getByRole("button", { name: "Replay all" }).click())
      const dialog = page.getByRole("dialog")
      yield* see(dialog.getByText("Every dead letter of oncall/escalation"))
      assert.deepStrictEqual(yield* faultsOf(page), [])
      const [request] = yield* step(Promise.all([
        page.waitForRequest((request) => request.method() === "POST"),
        dialog.getByRole("button", { name: "Replay all" }).click()
      ]))
      assert.deepStrictEqual(request.postDataJSON(), { consumer: "oncall/escalation" })
      yield* see(page.getByRole("status").getByText("0 events on their way to their consumer again"))
      yield* seeNoMore(dialog)
      assert.deepStrictEqual(complaints, [])
    }))

  it.effect("opens a dead letter by its address, though the list does not have it", () =>
    Effect.gen(function*() {
      const { page } = yield* openConsole()
      yield* withTroubles(page)
      yield* step(
        page.route(
          "**/api/v1/admin/dead-letters?*",
          (route) => route.fulfill({ json: { items: [], nextCursor: null } })
        )
      )
      yield* step(page.goto(`/admin/dead-letters?state=discarded&letter=${letterId}`))
      yield* see(page.getByRole("dialog", { name: "incident.triggered" }).getByText("oncall/escalation"))
      yield* see(page.getByText("None fits what you look for."))
    }))

  it.effect("shows every shard with the pod that holds it", () =>
    Effect.gen(function*() {
      const { page } = yield* openConsole()
      yield* step(page.goto("/admin"))
      const shards = page.getByRole("list", { name: "Shards" }).getByRole("listitem")
      yield* see(shards.filter({ hasText: "Shard 64, held by pod A" }))
      assert.strictEqual(yield* step(shards.count()), 64)
      yield* see(page.getByRole("table", { name: "Pods" }).getByText("Healthy"))
    }))

  it.effect("finds a run, cancels it after a question, and tries it again", () =>
    Effect.gen(function*() {
      const { complaints, page } = yield* openConsole(onPhone)
      yield* step(page.goto("/admin/runs?status=suspended"))
      yield* step(page.getByRole("link", { name: "oncall/ExpireAcknowledgement" }).first().click())
      yield* arrive(page, /^\/admin\/runs\/[0-9a-f]+$/)
      yield* see(page.getByRole("list", { name: "History" }).getByText("expiry"))
      yield* step(page.getByRole("button", { name: "Cancel run" }).click())
      yield* step(page.getByRole("dialog").getByRole("button", { name: "Cancel run" }).click())
      yield* seeNoMore(page.getByRole("dialog"))
      yield* see(page.getByText("Cancelled", { exact: true }).first())
      const first = page.url()
      yield* step(page.getByRole("button", { name: "Try again" }).click())
      yield* arrive(page, /^\/admin\/runs\/[0-9a-f]+~2$/)
      yield* see(page.getByText("Tries again"))
      assert.notStrictEqual(page.url(), first)
      assert.deepStrictEqual(complaints, [])
    }))

  it.effect("gives a consumer its events again", () =>
    Effect.gen(function*() {
      const { page } = yield* openConsole()
      yield* step(page.goto("/admin/consumers"))
      yield* step(page.getByRole("button", { name: "Replay oncall/escalation" }).click())
      yield* step(page.getByRole("dialog").getByRole("button", { name: "Replay" }).click())
      yield* see(page.getByRole("status").getByText(/events come again/))
      yield* step(page.getByRole("link", { name: "Record" }).click())
      yield* see(page.getByText("consumer.replayed").first())
    }))

  // The last: from here on this address has to wait.
  it.effect("lets nobody guess tokens fast", () =>
    Effect.gen(function*() {
      const server = yield* Server
      const guess = server.call("POST", "/api/v1/admin/session", { json: { token: "a guess" } })
      const statuses = yield* Effect.replicateEffect(Effect.map(guess, ({ status }) => status), 25)
      assert.deepStrictEqual([...new Set(statuses)].sort(), [401, 429])
      assert.strictEqual(statuses.at(-1), 429)
      const { headers, status } = yield* server.call("POST", "/api/v1/admin/session", {
        json: { token: server.adminToken }
      })
      assert.strictEqual(status, 429)
      assert.isDefined(headers["retry-after"])
    }))
})
