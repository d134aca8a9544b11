import { assert } from "@effect/vitest"
import { Schedule as OncallSchedule } from "@innkeeper/oncall/api"
import { Effect, Schema } from "effect"
import type { BrowserContextOptions, Locator, Page } from "playwright-core"
import { Server } from "../e2e/server.fixture.ts"
import { browserTests } from "./browserTests.fixture.ts"
import { faultsOf, faultsOfPages, misfits, misfitsOfPages, settled } from "./inspect.fixture.ts"
import { longNames, longTitle } from "./longNames.fixture.ts"
import { arrive, devices, enter, onPhone, openAs, openContext, openPage, phone, see, step } from "./page.fixture.ts"
import { fireTestAlert, incidentsWith, linkOfPage, read } from "./testAlert.fixture.ts"

const inside = [
  "/incidents",
  "/incidents?status=all",
  "/incidents?text=nothing+like+it",
  "/on-call",
  "/schedules",
  "/escalation-policies",
  "/services",
  "/integrations",
  "/webhooks",
  "/people",
  "/people?tab=teams",
  "/settings",
  "/audit",
  "/mailbox",
  "/no/such/page"
]

/** The pages with an incident or a schedule in their address. */
const particular = Effect.gen(function*() {
  const [incident] = yield* incidentsWith("Search for rooms is slow")
  const schedules = yield* read("/api/v1/schedules", Schema.Array(OncallSchedule))
  return [
    `/incidents/${incident?.id}?status=all`,
    ...schedules.map(({ id }) => `/schedules/${id}`),
    `/schedules/${schedules[0]?.id}?range=month&zone=schedule`
  ]
})

const WithUrl = Schema.Struct({ url: Schema.String })
const Applied = Schema.Struct({ invitations: Schema.Array(WithUrl), integrations: Schema.Array(WithUrl) })

/** Sets up an organisation; its first person is signed in, and its first integration has the address that is told. */
const establish = Effect.fnUntraced(function*(document: object, options: BrowserContextOptions) {
  const server = yield* Server
  const { integrations: [integration], invitations: [invitation] } = yield* server.apply(document).pipe(
    Effect.flatMap(Schema.decodeUnknownEffect(Applied))
  )
  const context = yield* openContext(options)
  yield* enter(context, yield* server.redeem(invitation?.url ?? ""))
  return { ...yield* openPage(context), integrationUrl: integration?.url ?? "" }
})

const verbs =
  /^(Create|Add|Edit|Delete|Remove|Deactivate|Revoke|Connect|Actions for|Acknowledge|Resolve|Reassign|Note|Open incident)\b/

/** What can be done on a page, by the names of its buttons. */
const actionsOn = Effect.fnUntraced(function*(page: Page, address: string) {
  yield* step(page.goto(address))
  yield* settled(page)
  const buttons = yield* step(page.getByRole("main").getByRole("button", { name: verbs }).all())
  return yield* Effect.forEach(buttons, (button) => step(button.evaluate((element) => element.outerHTML)))
})

const long = "Availability_of_every_room_in_all_inns_is_answered_by_the_replica_that_has_no_index_for_it ".repeat(6)

browserTests("Every page", (it) => {
  for (const { device, options } of devices) {
    it.effect(`is accessible and fits on ${device}, light and dark`, () =>
      Effect.gen(function*() {
        const { complaints, page } = yield* openAs("ines@lakeside.example.com", options)
        const faults = yield* faultsOfPages(page, [...inside, ...yield* particular])

        const outside = yield* openPage(yield* openContext(options))
        faults.push(...yield* faultsOfPages(outside.page, ["/sign-in", "/sign-in/link#token", "/link#nonsense"]))
        assert.deepStrictEqual([...faults, ...complaints], [])
      }), 400_000)
  }

  it.effect("bears texts that are longer than it", () =>
    Effect.gen(function*() {
      yield* fireTestAlert(long)
      yield* linkOfPage(long.slice(0, 60), "Acknowledge")
      const [incident] = yield* incidentsWith("Availability_of_every_room")
      const { complaints, page } = yield* openAs("ines@lakeside.example.com", { viewport: phone })
      const faults = yield* faultsOfPages(page, ["/incidents", "/mailbox", "/audit", `/incidents/${incident?.id}`])
      for (const name of ["Pages", /^Alerts/]) {
        yield* step(page.getByRole("tab", { name }).click())
        faults.push(...yield* faultsOf(page))
      }
      assert.deepStrictEqual([...faults, ...complaints], [])
    }))

  it.effect("bears names that are one long word", () =>
    Effect.gen(function*() {
      const server = yield* Server
      const { complaints, integrationUrl, page } = yield* establish(longNames, onPhone)
      yield* server.ok("POST", new URL(integrationUrl).pathname, { json: { summary: longTitle, priority: "critical" } })
      yield* step(page.goto("/incidents"))
      yield* step(page.getByRole("link", { name: longTitle }).click())
      yield* see(page.getByRole("article").getByText(/paged/i).first())
      const incident = new URL(page.url()).pathname
      yield* step(page.goto("/schedules"))
      yield* step(page.getByRole("link", { name: /^Schedule_/ }).click())
      yield* see(page.getByRole("heading", { level: 1, name: /^Schedule_/ }))
      const schedule = new URL(page.url()).pathname
      const addresses = [...inside, incident, schedule]
      const faults: Array<string> = []
      for (const width of [360, 768, 1440]) {
        yield* step(page.setViewportSize({ width, height: 740 }))
        const found = [...yield* misfitsOfPages(page, addresses)]
        yield* step(page.goto(incident))
        for (const name of ["Pages", /^Alerts/]) {
          yield* step(page.getByRole("tab", { name }).click())
          found.push(...yield* misfits(page))
        }
        faults.push(...found.map((fault) => `${width}: ${fault}`))
      }
      assert.deepStrictEqual([...faults, ...complaints], [])
    }), 400_000)

  it.effect("says who cannot be reached, however long they are called, and lets one take them out", () =>
    Effect.gen(function*() {
      const away = "Wilhelmina Featherstonehaugh-Cholmondeley"
      const { page } = yield* establish({
        tenant: { slug: "away", name: "Away Inns" },
        users: [
          {
            email: "ada@away.example.com",
            name: "Ada",
            role: "admin",
            contactMethods: [{ kind: "email", address: "a@b.ch" }]
          },
          { email: "wil@away.example.com", name: away, role: "responder" }
        ],
        teams: [{ name: "Desk" }],
        escalationPolicies: [{
          name: "Both",
          steps: [{
            targets: [{ user: "ada@away.example.com" }, { user: "wil@away.example.com" }],
            timeoutSeconds: 300
          }]
        }],
        services: [{ name: "Doors", team: "Desk", routingKey: "doors", escalationPolicy: "Both" }]
      }, { ...onPhone, viewport: { width: 360, height: 740 } })
      const isInSight = (text: Locator) =>
        step(text.evaluate((element) => {
          const { height, right, top } = element.getBoundingClientRect()
          return element.contains(document.elementFromPoint(right - 2, top + height / 2))
        }))
      yield* step(page.goto("/on-call"))
      const mark = page.getByText("cannot be reached")
      yield* see(mark)
      assert.isTrue(yield* isInSight(mark))
      yield* step(page.goto("/escalation-policies"))
      yield* step(page.getByRole("button", { name: "Edit" }).click())
      const takeOut = page.getByRole("button", { name: `Take ${away} out` })
      yield* see(takeOut)
      assert.isTrue(yield* isInSight(takeOut))
      yield* step(takeOut.click())
      const choices = page.getByLabel("Whom to page").getByRole("option")
      assert.include(yield* step(choices.allInnerTexts()), `${away} (cannot be reached)`)
    }))

  it.effect("takes a moment as it is typed", () =>
    Effect.gen(function*() {
      const { page } = yield* openAs("ines@lakeside.example.com")
      for (const [address, label, told] of [["/on-call", "At", /at=/], ["/audit", "From", /from=/]] as const) {
        yield* step(page.goto(address))
        yield* settled(page)
        const field = page.getByLabel(label, { exact: true })
        yield* step(field.focus())
        // Day and month are the same: each comes first somewhere.
        for (const key of [..."12122027", "Tab", ..."0930a"]) yield* step(page.keyboard.press(key))
        assert.match(yield* step(field.inputValue()), /^2027-12-12T09:30/)
        yield* arrive(page, told)
        yield* arrive(page, /2027-12-12T/)
        assert.match(yield* step(field.inputValue()), /^2027-12-12T09:30/)
        yield* step(page.reload())
        yield* see(page.getByRole("heading", { level: 1 }))
        assert.match(yield* step(field.inputValue()), /^2027-12-12T09:30/)
      }
    }))

  it.effect("offers those who only look nothing that they may not do", () =>
    Effect.gen(function*() {
      const { page } = yield* openAs("hana@lakeside.example.com")
      const { page: adminPage } = yield* openAs("ines@lakeside.example.com")
      const [incident] = yield* incidentsWith("Prices on two travel sites")
      const [schedule] = yield* read("/api/v1/schedules", Schema.Array(OncallSchedule))
      const addresses = [
        "/incidents",
        `/incidents/${incident?.id}`,
        "/schedules",
        `/schedules/${schedule?.id}`,
        "/escalation-policies",
        "/services",
        "/integrations",
        "/people",
        "/people?tab=teams"
      ]
      for (const address of addresses) {
        assert.isNotEmpty(yield* actionsOn(adminPage, address), address)
        assert.deepStrictEqual(yield* actionsOn(page, address), [], address)
      }
    }))

  it.effect("of a new organisation says what to do next", () =>
    Effect.gen(function*() {
      const { complaints, page } = yield* establish({
        tenant: { slug: "fresh", name: "Fresh Inns" },
        users: [{ email: "ada@fresh.example.com", name: "Ada", role: "admin" }]
      }, { viewport: phone })
      const expected = {
        "/incidents": "Nothing is broken",
        "/on-call": "No service pages anybody yet",
        "/schedules": "No schedule yet",
        "/escalation-policies": "No escalation policy yet",
        "/services": "No service yet",
        "/integrations": "Nothing sends alerts yet",
        "/webhooks": "No webhook yet",
        "/people?tab=teams": "No team yet",
        "/mailbox": "No mail yet"
      }
      for (const [address, words] of Object.entries(expected)) {
        assert.deepStrictEqual(yield* faultsOfPages(page, [address]), [])
        yield* see(page.getByText(words))
      }
      yield* step(page.goto("/incidents"))
      yield* step(page.getByRole("link", { name: "Create a team" }).click())
      yield* see(page.getByText("No team yet"))
      yield* step(page.goto("/integrations"))
      yield* step(page.getByRole("button", { name: "Create integration" }).click())
      yield* step(page.getByRole("link", { name: "Create one under Services" }).click())
      yield* step(page.getByRole("button", { name: "Create service" }).click())
      yield* step(page.getByRole("link", { name: "Create one under People" }).click())
      yield* see(page.getByText("No team yet"))
      assert.deepStrictEqual(complaints, [])
    }))
})
