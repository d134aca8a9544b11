import { assert } from "@effect/vitest"
import { Effect } from "effect"
import { Server, startServer } from "../e2e/server.fixture.ts"
import { browserTests } from "./browserTests.fixture.ts"
import { openAs, see, seeNoMore, step } from "./page.fixture.ts"
import { fireTestAlert } from "./testAlert.fixture.ts"

const env = { DEMO: "true" }

/** Has something done with the demonstration's organisation. */
const operate = Effect.fnUntraced(function*(kind: "suspend" | "resume") {
  const server = yield* Server
  yield* server.ok("POST", "/api/v1/admin/lifecycle/lakeside/operations", {
    json: { kind },
    headers: { "x-admin-token": server.adminToken }
  })
})

browserTests("A page that loses its server", (it) => {
  it.effect("says that its organisation is suspended, without a storm of requests, and comes back by itself", () =>
    Effect.gen(function*() {
      const { page } = yield* openAs("ines@lakeside.example.com")
      yield* step(page.goto("/incidents"))
      yield* see(page.getByText("Connected").first())
      const asked: Array<string> = []
      page.on("request", (request) => {
        if (request.url().endsWith("/session")) asked.push(request.url())
      })
      page.on("websocket", (socket) => asked.push(socket.url()))
      yield* operate("suspend")
      // An open connection outlives its session by a minute at most.
      yield* step(page.getByRole("alert").filter({ hasText: "is suspended" }).waitFor({ timeout: 100_000 }))
      yield* Effect.sleep("5 seconds")
      assert.isBelow(asked.length, 10, asked.join("\n"))
      yield* step(page.getByRole("link", { name: "Sign in as somebody else" }).click())
      yield* see(page.getByLabel("Password"))
      yield* step(page.goBack())
      yield* operate("resume")
      yield* see(page.getByRole("heading", { name: "Incidents" }))
      yield* see(page.getByText("Connected").first())
    }))

  it.effect("is stale where what keeps it up to date cannot be fetched, and tries again", () =>
    Effect.gen(function*() {
      const { page } = yield* openAs("ines@lakeside.example.com")
      const script = /\/assets\/followChanges-.*\.js$/
      yield* step(page.route(script, (route) => route.abort()))
      yield* step(page.goto("/incidents"))
      yield* see(page.getByRole("alert").filter({ hasText: "What you see may be old" }))
      yield* step(page.unroute(script))
      yield* see(page.getByText("Connected").first())
    }))

  it.effect("stays whole where the script of a page cannot be fetched, and opens the page once it can", () =>
    Effect.gen(function*() {
      const { page } = yield* openAs("ines@lakeside.example.com")
      const script = /\/assets\/Services-.*\.js$/
      yield* step(page.route(script, (route) => route.abort()))
      yield* step(page.goto("/incidents"))
      yield* step(page.evaluate("window.sameDocument = true"))
      const pages = page.getByRole("navigation", { name: "Pages" })
      yield* step(pages.getByRole("link", { name: "Services" }).click())
      yield* see(page.getByRole("alert").filter({ hasText: "This page could not be fetched" }))
      yield* see(pages)
      yield* step(page.unroute(script))
      yield* step(page.getByRole("button", { name: "Try again" }).click())
      yield* see(page.getByRole("heading", { name: "Services" }))
      assert.isTrue(yield* step(page.evaluate("window.sameDocument === true")))
    }))

  it.effect("opens pages that it fetched while it could", () =>
    Effect.gen(function*() {
      const { context, page } = yield* openAs("ines@lakeside.example.com")
      const fetched = page.waitForResponse(/\/assets\/Mailbox-.*\.js$/)
      yield* step(page.goto("/incidents"))
      yield* step(fetched)
      yield* step(page.waitForLoadState("networkidle"))
      yield* step(context.setOffline(true))
      for (const name of ["Services", "Schedules"]) {
        yield* step(page.getByRole("navigation", { name: "Pages" }).getByRole("link", { name }).click())
        yield* see(page.getByRole("heading", { name }))
      }
    }))

  it.effect("loads a newer version, whose server no longer has the script of a page, once", () =>
    Effect.gen(function*() {
      const server = yield* Server
      const { page } = yield* openAs("ines@lakeside.example.com")
      const script = /\/assets\/Services-.*\.js$/
      yield* step(page.route(script, (route) => route.fulfill({ status: 404 })))
      yield* step(
        page.route(`${server.url}/`, (route) =>
          route.fulfill({
            contentType: "text/html",
            body: `<script type="module" src="/assets/index-newer.js"></script>`
          }))
      )
      yield* step(page.goto("/incidents"))
      let loads = 0
      page.on("load", () => loads++)
      const reloaded = page.waitForEvent("load")
      yield* step(page.getByRole("navigation", { name: "Pages" }).getByRole("link", { name: "Services" }).click())
      yield* step(reloaded)
      yield* see(page.getByRole("alert").filter({ hasText: "This page could not be fetched" }))
      yield* step(page.unroute(script))
      yield* step(page.getByRole("button", { name: "Try again" }).click())
      yield* see(page.getByRole("heading", { name: "Services" }))
      assert.strictEqual(loads, 1)
    }))

  it.effect("says so, comes back by itself, and shows what happened meanwhile", () =>
    Effect.gen(function*() {
      const server = yield* Server
      const { context, page } = yield* openAs("ines@lakeside.example.com")
      yield* step(page.goto("/incidents"))
      const connection = page.getByRole("navigation", { name: "Pages" }).getByRole("status")
      yield* see(connection.filter({ hasText: "Connected" }))
      yield* step(page.evaluate("window.sameDocument = true"))

      yield* server.kill
      yield* see(connection.filter({ hasText: "Reconnecting" }))
      yield* see(connection.filter({ hasText: "Stale" }))
      const notice = page.getByRole("alert").filter({ hasText: "What you see may be old" })
      yield* see(notice)

      yield* step(context.setOffline(true))
      yield* startServer({ dataFolder: server.dataFolder, port: server.port, env })
      yield* fireTestAlert("The sauna is cold")
      yield* step(context.setOffline(false))
      yield* see(connection.filter({ hasText: "Connected" }))
      yield* seeNoMore(notice)
      yield* see(page.getByRole("link", { name: "The sauna is cold" }))
      yield* step(page.waitForFunction("window.sameDocument === true"))
    }))
}, { env })
