import { assert } from "@effect/vitest"
import { Effect } from "effect"
import { Server } from "../e2e/server.fixture.ts"
import { browserTests } from "./browserTests.fixture.ts"
import { arrive, onPhone, openAs, openContext, openPage, phone, see, seeNoMore, step } from "./page.fixture.ts"
import { Sessions } from "./sessions.fixture.ts"
import { fireTestAlert, incidentsWith, linkOfPage, putOnCall } from "./testAlert.fixture.ts"

browserTests("The night", (it) => {
  it.effect("goes from the alert to the acknowledgement", () =>
    Effect.gen(function*() {
      const server = yield* Server
      const context = yield* openContext()
      const { page } = yield* openPage(context)
      yield* step(page.goto("/"))
      yield* arrive(page, /^\/sign-in/)
      yield* step(page.getByLabel("Email").fill("ines@lakeside.example.com"))
      yield* step(page.getByLabel("Password").fill(server.password))
      yield* step(page.getByRole("button", { name: "Sign in" }).click())
      yield* see(page.getByRole("heading", { name: "Incidents" }))
      yield* see(page.getByText("Connected").first())

      yield* putOnCall("ines@lakeside.example.com")
      const summary = "Booking page answers 500"
      const row = page.getByRole("link", { name: summary })
      assert.strictEqual(yield* step(row.count()), 0)
      yield* step(page.evaluate("window.sameDocument = true"))
      yield* fireTestAlert()
      yield* see(row)
      assert.isTrue(yield* step(page.evaluate<boolean>("window.sameDocument === true")), "it was loaded anew")
      yield* see(page.getByRole("alert").getByText(/You are being paged: #\d+ .*/))
      yield* step(page.getByRole("alert").getByRole("button", { name: "Open" }).click())
      yield* see(page.getByRole("heading", { level: 1, name: summary }))
      const detail = page.getByRole("article")
      yield* see(detail.getByText("Triggered", { exact: true }))

      const mailbox = yield* step(context.newPage())
      yield* step(mailbox.goto("/mailbox"))
      yield* step(mailbox.getByRole("list", { name: "Mail" }).getByRole("button", { name: summary }).click())
      const link = mailbox.frameLocator("iframe").getByRole("link", { name: "Acknowledge" })
      const [answer] = yield* step(Promise.all([context.waitForEvent("page"), link.click()]))
      yield* see(answer.getByRole("heading", { name: "Acknowledged" }))

      yield* see(detail.getByText("Acknowledged", { exact: true }).first())
      yield* seeNoMore(detail.getByRole("button", { name: "Acknowledge" }))
      const timeline = detail.getByRole("list", { name: "Timeline" })
      for (const words of [summary, "paging", "Delivered: email", "Acknowledged"]) {
        const line = timeline.getByRole("listitem").filter({ hasText: words }).first()
        yield* see(line)
        const moment = yield* step(line.locator("time").first().getAttribute("datetime"))
        assert.match(moment ?? "", /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/)
      }
    }))

  it.effect("asks for a press when nobody is signed in, and does nothing before it, for each link anew", () =>
    Effect.gen(function*() {
      const server = yield* Server
      const summary = "Payments are refused"
      const { status } = yield* fireTestAlert(summary)
      const link = yield* linkOfPage(summary, "Acknowledge")

      // What a mail scanner does.
      yield* server.ok("GET", new URL(link).pathname, { headers: { accept: "text/html" } })
      assert.strictEqual(yield* status, "triggered")

      const { page } = yield* openPage(yield* openContext())
      yield* step(page.goto(link))
      yield* see(page.getByRole("heading", { name: "Acknowledge this incident?" }))
      yield* see(page.getByText(summary))
      assert.strictEqual(yield* step(page.getByRole("button").count()), 1)
      assert.strictEqual(yield* status, "triggered")

      yield* step(page.getByRole("button", { name: "Acknowledge" }).click())
      yield* see(page.getByRole("heading", { name: "Acknowledged" }))
      assert.strictEqual(yield* status, "acknowledged")

      const other = "Refunds are refused"
      yield* fireTestAlert(other)
      yield* step(page.goto(yield* linkOfPage(other, "Acknowledge")))
      yield* see(page.getByRole("heading", { name: "Acknowledge this incident?" }))
      yield* see(page.getByText(other))
      yield* step(page.reload())
      yield* see(page.getByRole("heading", { name: "Open the link in the mail again" }))
      yield* step(page.goto("/link#%zz"))
      yield* see(page.getByRole("heading", { name: "This link cannot be used any more" }))
    }))

  it.effect("says who has it when somebody else was faster", () =>
    Effect.gen(function*() {
      const server = yield* Server
      yield* putOnCall("ines@lakeside.example.com")
      const summary = "Vouchers are refused"
      yield* fireTestAlert(summary)
      const link = yield* linkOfPage(summary, "Acknowledge")
      const [incident] = yield* incidentsWith(summary)
      const headers = yield* (yield* Sessions).of("tomas@lakeside.example.com")
      yield* server.ok("POST", `/api/v1/incidents/${incident?.id}/acknowledge`, { headers })
      for (const email of ["ines@lakeside.example.com", "tomas@lakeside.example.com"]) {
        const { page } = yield* openAs(email)
        yield* step(page.goto(link))
        yield* see(page.getByRole("heading", { name: "It is acknowledged already" }))
        yield* see(page.getByText("Tomás Ribeiro has it."))
      }
    }))

  it.effect("lets one try again what came too often", () =>
    Effect.gen(function*() {
      const summary = "Deposits are refused"
      yield* fireTestAlert(summary)
      const { page } = yield* openAs("ines@lakeside.example.com")
      const type = "urn:innkeeper:problem:too-many-requests"
      const problem = { type, status: 429, title: "Too many requests", retryAfter: 7 }
      yield* step(page.route("**/links/use", (route) =>
        route.fulfill({ status: 429, contentType: "application/problem+json", body: JSON.stringify(problem) })))
      yield* step(page.goto(yield* linkOfPage(summary, "Acknowledge")))
      const again = page.getByRole("button", { name: "Try again" })
      yield* see(again)
      yield* step(page.unroute("**/links/use"))
      yield* step(again.click())
      yield* see(page.getByRole("heading", { name: "Acknowledged" }))
      yield* see(page.getByText("You have it."))
    }))

  it.effect("leaves free what to do about an open incident, and takes a page back once it is open or answered", () =>
    Effect.gen(function*() {
      const server = yield* Server
      yield* putOnCall("ines@lakeside.example.com")
      const { page } = yield* openAs("ines@lakeside.example.com", onPhone)
      yield* step(page.goto("/incidents"))
      yield* see(page.getByText("Connected").last())
      const message = page.getByRole("alert").getByText(/You are being paged/)
      yield* fireTestAlert("Ovens stay cold")
      yield* see(message.getByText("Ovens stay cold"))
      yield* step(page.getByRole("link", { name: "Ovens stay cold" }).click())
      yield* see(page.getByRole("heading", { level: 1, name: "Ovens stay cold" }))
      yield* seeNoMore(message)

      yield* fireTestAlert("Fridges are warm")
      yield* see(message.getByText("Fridges are warm"))
      yield* step(page.getByRole("group", { name: "Actions" }).getByRole("button", { name: "Acknowledge" }).click())
      yield* see(page.getByRole("article").getByText("Acknowledged", { exact: true }).first())
      const [incident] = yield* incidentsWith("Fridges are warm")
      const headers = yield* (yield* Sessions).of("tomas@lakeside.example.com")
      yield* server.ok("POST", `/api/v1/incidents/${incident?.id}/acknowledge`, { headers })
      yield* seeNoMore(message)
    }))

  it.effect("fits on a phone: one message however many pages, and a title cut where it would hide the rest", () =>
    Effect.gen(function*() {
      yield* putOnCall("ines@lakeside.example.com")
      const { page } = yield* openAs("ines@lakeside.example.com", { viewport: phone })
      yield* step(page.goto("/incidents"))
      yield* see(page.getByText("Connected").last())
      const long = `Rooms are double booked: ${"room-service-7 ".repeat(40)}`
      for (const summary of ["Keys do not open", "Lifts stand still", long]) yield* fireTestAlert(summary)
      const message = page.getByRole("alert")
      yield* see(message.getByText("You are being paged for 3 incidents."))
      assert.strictEqual(yield* step(message.getByRole("button", { name: "Dismiss" }).count()), 1)
      yield* step(message.getByRole("button", { name: "Show" }).click())
      yield* seeNoMore(message.getByText("You are being paged"))

      yield* step(page.getByRole("link", { name: "Rooms are double booked" }).click())
      const title = page.getByRole("heading", { level: 1, name: "Rooms are double booked" })
      yield* see(title)
      const height = () => Effect.map(step(title.boundingBox()), (box) => box?.height ?? 0)
      const cut = yield* height()
      assert.isBelow(cut, phone.height / 5)
      const whole = page.getByRole("button", { name: "Show the whole title" })
      yield* step(whole.click())
      yield* seeNoMore(whole)
      assert.isAbove(yield* height(), cut)
    }))
})
