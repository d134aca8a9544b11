import { assert } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { Server } from "../e2e/server.fixture.ts"
import { browserTests } from "./browserTests.fixture.ts"
import { arrive, openAs, openContext, openPage, see, step } from "./page.fixture.ts"
import { mailAbout } from "./testAlert.fixture.ts"

const admin = "ines@lakeside.example.com"

const Applied = Schema.Struct({ invitations: Schema.Array(Schema.Struct({ url: Schema.String })) })
const Session = Schema.Struct({ user: Schema.Struct({ id: Schema.String }) })

browserTests("Sign-in", (it) => {
  it.effect("says what is missing, and that a password is wrong", () =>
    Effect.gen(function*() {
      const { page } = yield* openPage(yield* openContext())
      yield* step(page.goto("/sign-in"))
      const enter = page.getByRole("button", { name: "Sign in" })
      yield* step(enter.click())
      for (const label of ["Email", "Password"]) {
        const field = page.getByLabel(label)
        assert.strictEqual(yield* step(field.getAttribute("aria-invalid")), "true")
        const description = yield* step(field.getAttribute("aria-describedby"))
        yield* see(page.locator(`[id="${description}"]`))
      }
      yield* step(page.getByLabel("Email").fill(admin))
      yield* step(page.getByLabel("Password").fill("a wrong password"))
      yield* step(enter.click())
      yield* see(page.getByRole("alert").filter({ hasText: "do not belong together" }))
      assert.strictEqual(yield* step(page.getByLabel("Email").inputValue()), admin)

      // What failed last is what is told.
      yield* step(page.route("**/magic-link", (route) => route.abort()))
      yield* step(page.getByRole("button", { name: "Send me a link instead" }).click())
      yield* see(page.getByRole("alert").filter({ hasText: "cannot be reached" }))
      assert.strictEqual(yield* step(page.getByText("do not belong together").count()), 0)
    }))

  it.effect("leads on to where one was going, and signs out", () =>
    Effect.gen(function*() {
      const server = yield* Server
      const { page } = yield* openPage(yield* openContext())
      yield* step(page.goto("/services?from=mail"))
      yield* arrive(page, /^\/sign-in\?next=/)
      yield* step(page.getByLabel("Email").fill(admin))
      yield* step(page.getByLabel("Password").fill(server.password))
      yield* step(page.getByLabel("Password").press("Enter"))
      yield* see(page.getByRole("heading", { name: "Services" }))
      yield* arrive(page, /^\/services/)

      yield* step(page.getByRole("button", { name: "Sign out" }).click())
      yield* arrive(page, /^\/sign-in/)
      yield* step(page.goto("/services"))
      yield* arrive(page, /^\/sign-in\?next=/)
    }))

  it.effect("goes no further than this site, whatever the address says", () =>
    Effect.gen(function*() {
      const server = yield* Server
      const { page } = yield* openPage(yield* openContext())
      yield* step(page.goto("/sign-in?next=//example.com/incidents"))
      yield* step(page.getByLabel("Email").fill(admin))
      yield* step(page.getByLabel("Password").fill(server.password))
      yield* step(page.getByRole("button", { name: "Sign in" }).click())
      yield* see(page.getByRole("heading", { name: "Incidents" }))
      assert.strictEqual(new URL(page.url()).origin, server.url)
    }))

  it.effect("works by a link in a mail, once", () =>
    Effect.gen(function*() {
      const { page } = yield* openPage(yield* openContext())
      yield* step(page.goto("/sign-in"))
      yield* step(page.getByLabel("Email").fill("tomas@lakeside.example.com"))
      yield* step(page.getByRole("button", { name: "Send me a link instead" }).click())
      yield* see(page.getByRole("heading", { name: "Look into your mail" }))
      const mail = yield* mailAbout("Your link to sign in")
      assert.deepStrictEqual(mail?.to, ["tomas@lakeside.example.com"])
      const link = /https?:\S+#\S+/.exec(mail?.text ?? "")?.[0] ?? ""

      yield* step(page.goto(link))
      // The token does not stay in the history.
      yield* arrive(page, /^\/sign-in\/link$/)
      yield* step(page.getByRole("button", { name: "Sign in" }).click())
      yield* see(page.getByRole("heading", { name: "Incidents" }))
      yield* see(page.getByText("Tomás Ribeiro").first())

      const { page: second } = yield* openPage(yield* openContext())
      yield* step(second.goto(link))
      yield* step(second.getByRole("button", { name: "Sign in" }).click())
      yield* see(second.getByRole("heading", { name: "This link cannot be used" }))
    }))

  it.effect("asks people of several organisations which one they mean", () =>
    Effect.gen(function*() {
      const server = yield* Server
      const password = "harbour-lantern-42"
      for (const slug of ["harbour", "summit"]) {
        const { invitations } = yield* server.apply({
          tenant: { slug, name: `The ${slug}` },
          users: [{ email: "noor@example.com", name: "Noor", role: "admin" }]
        }).pipe(Effect.flatMap(Schema.decodeUnknownEffect(Applied)))
        const headers = yield* server.redeem(invitations[0]?.url ?? "")
        const { json } = yield* server.ok("GET", "/api/v1/session", { headers })
        const { user } = yield* Schema.decodeUnknownEffect(Session)(json)
        yield* server.ok("PUT", `/api/v1/users/${user.id}/password`, { headers, json: { password } })
      }
      const { page } = yield* openPage(yield* openContext())
      yield* step(page.goto("/sign-in"))
      yield* step(page.getByLabel("Email").fill("noor@example.com"))
      yield* step(page.getByLabel("Password").fill(password))
      yield* step(page.getByRole("button", { name: "Sign in" }).click())
      yield* step(page.getByLabel("Organisation").fill("summit"))
      yield* step(page.getByRole("button", { name: "Sign in" }).click())
      yield* see(page.getByText("The summit").first())
    }))

  it.effect("is asked for again when the session is ended elsewhere", () =>
    Effect.gen(function*() {
      const server = yield* Server
      const { context, page } = yield* openAs("priya@lakeside.example.com")
      yield* step(page.goto("/on-call"))
      yield* see(page.getByText("Connected").first())
      const [cookie] = yield* step(context.cookies())
      yield* server.ok("DELETE", "/api/v1/session", { headers: { cookie: `${cookie?.name}=${cookie?.value}` } })
      const services = page.getByRole("navigation", { name: "Pages" }).getByRole("link", { name: "Services" })
      // The page may have heard of it already, and have left the link.
      yield* Effect.raceFirst(Effect.andThen(step(services.click()), Effect.never), arrive(page, /^\/sign-in/))
    }))
})
