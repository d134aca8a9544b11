/** Draws the pictures of the README: `npm run pictures`. A fresh server with the demonstration, a test alert, a browser. */
import { NodeRuntime } from "@effect/platform-node"
import { Schedule } from "@innkeeper/oncall/api"
import { Console, Effect, Layer, Schema } from "effect"
import { join } from "node:path"
import type { Locator, Page } from "playwright-core"
import { Server } from "../e2e/server.fixture.ts"
import { programFolder } from "../Program.ts"
import { Chromium } from "./chromium.fixture.ts"
import { settled } from "./inspect.fixture.ts"
import { openAs, phone, see, step } from "./page.fixture.ts"
import { Sessions } from "./sessions.fixture.ts"
import { fireTestAlert, incidentsWith, linkOfPage, read } from "./testAlert.fixture.ts"

const admin = "ines@lakeside.example.com"

/** Writes what a page shows into the folder of the pictures, as soon as it shows `shown`. */
const draw = Effect.fnUntraced(function*(page: Page, name: string, shown: Locator) {
  yield* see(shown)
  yield* settled(page)
  // Nothing is under a pointer, blinks or fades.
  yield* step(page.mouse.move(0, 0))
  const path = join(programFolder, "docs/images", `${name}.png`)
  yield* step(page.screenshot({ path, animations: "disabled", caret: "hide" }))
  yield* Console.log(path)
})

const pictures = Effect.gen(function*() {
  yield* fireTestAlert()
  const alert = "Booking page answers 500"
  yield* linkOfPage(alert, "Acknowledge")
  const [triggered] = yield* incidentsWith(alert)
  const [acknowledged] = yield* incidentsWith("Search for rooms is slow")
  const [schedule] = yield* read("/api/v1/schedules", Schema.Array(Schedule))

  const { page: light } = yield* openAs(admin, { colorScheme: "light" })
  const connected = light.getByText("Connected", { exact: true }).first()
  yield* step(light.goto("/incidents?status=all"))
  yield* see(light.getByRole("link", { name: alert }))
  yield* draw(light, "incidents-light", connected)
  yield* step(light.goto(`/incidents/${acknowledged?.id}`))
  yield* see(light.getByRole("list", { name: "Timeline" }))
  yield* draw(light, "incident-light", connected)
  yield* step(light.goto("/on-call"))
  yield* draw(light, "on-call-light", connected)
  yield* step(light.goto("/mailbox"))
  yield* step(light.getByRole("list", { name: "Mail" }).getByRole("button", { name: alert }).click())
  yield* see(light.frameLocator("iframe").getByRole("link", { name: "Acknowledge" }))
  yield* draw(light, "mailbox-light", connected)

  const { page: dark } = yield* openAs(admin, { colorScheme: "dark" })
  yield* step(dark.goto(`/schedules/${schedule?.id}`))
  yield* see(dark.getByRole("toolbar", { name: "On call" }))
  yield* draw(dark, "schedule-dark", dark.getByText("Connected", { exact: true }).first())

  const { page: small } = yield* openAs(admin, {
    colorScheme: "dark",
    viewport: phone,
    isMobile: true,
    hasTouch: true
  })
  yield* step(small.goto(`/incidents/${triggered?.id}`))
  yield* draw(small, "phone-incident-dark", small.getByRole("button", { name: "Acknowledge" }))
})

const house = Layer.mergeAll(
  Layer.provideMerge(Sessions.layer, Server.layer({ env: { DEMO: "true" } })),
  Chromium.layer
)

// @effect-diagnostics-next-line strictEffectProvide:off
NodeRuntime.runMain(Effect.scoped(Effect.provide(pictures, house)))
