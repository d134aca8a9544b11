import { assert } from "@effect/vitest"
import { Schedule as OncallSchedule } from "@innkeeper/oncall/api"
import { Effect, Schema } from "effect"
import type { Page } from "playwright-core"
import { browserTests } from "./browserTests.fixture.ts"
import { faultsOf } from "./inspect.fixture.ts"
import { desktop, openAs, openContext, openPage, phone, step } from "./page.fixture.ts"
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

/** What is wrong with each of these pages, by their address. */
const inspect = Effect.fnUntraced(function*(page: Page, addresses: ReadonlyArray<string>) {
  const faults: Array<string> = []
  for (const address of addresses) {
    yield* step(page.goto(address))
    faults.push(...(yield* faultsOf(page)).map((fault) => `${address}: ${fault}`))
  }
  return faults
})

const long = "Availability_of_every_room_in_all_inns_is_answered_by_the_replica_that_has_no_index_for_it ".repeat(6)

browserTests("Every page", (it) => {
  for (const [device, viewport] of [["a phone", phone], ["a desktop", desktop]] as const) {
    for (const colorScheme of ["light", "dark"] as const) {
      it.effect(`is accessible and fits on ${device}, ${colorScheme}`, () =>
        Effect.gen(function*() {
          const isPhone = viewport === phone
          const options = { viewport, colorScheme, isMobile: isPhone, hasTouch: isPhone }
          const { complaints, page } = yield* openAs("ines@lakeside.example.com", options)
          const faults = yield* inspect(page, [...inside, ...yield* particular])

          const outside = yield* openPage(yield* openContext(options))
          faults.push(...yield* inspect(outside.page, ["/sign-in", "/sign-in/link#token", "/link#nonsense"]))
          assert.deepStrictEqual([...faults, ...complaints], [])
        }), 400_000)
    }
  }

  it.effect("bears texts that are longer than it", () =>
    Effect.gen(function*() {
      yield* fireTestAlert(long)
      yield* linkOfPage(long.slice(0, 60), "Acknowledge")
      const [incident] = yield* incidentsWith("Availability_of_every_room")
      const { complaints, page } = yield* openAs("ines@lakeside.example.com", { viewport: phone })
      const faults = yield* inspect(page, ["/incidents", `/incidents/${incident?.id}`, "/mailbox", "/audit"])
      assert.deepStrictEqual([...faults, ...complaints], [])
    }))
})
