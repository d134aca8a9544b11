import { assert, layer } from "@effect/vitest"
import { DateTime, Effect } from "effect"
import { TestClock } from "effect/testing"
import { makeScene, servicesLayer } from "../testing.fixture.ts"
import { at, now, shown, weekly } from "./Schedules.fixture.ts"
import { Schedules } from "./Schedules.ts"
import { WhoIsOnCall } from "./WhoIsOnCall.ts"

layer(servicesLayer)("Who is on call", (it) => {
  it.effect("is told for each schedule, with who follows", () =>
    Effect.gen(function*() {
      yield* TestClock.setTime(DateTime.toEpochMillis(now))
      const scene = yield* makeScene("schedules")
      yield* scene.as((yield* Schedules).create(weekly(scene)))
      const { schedules } = yield* WhoIsOnCall
      const told = yield* scene.as(schedules())
      assert.deepStrictEqual(
        told.map(({ current, next, scheduleName }) => [
          scheduleName,
          ...shown(scene, current === null ? [] : [current]),
          ...shown(scene, next === null ? [] : [next])
        ]),
        [["Nobody"], ["Primary", "Ben 03-01T09:00 03-08T09:00", "Ada 03-08T09:00 03-15T09:00"]]
      )
      const before = yield* scene.as(schedules(at("2027-02-01T00:00:00Z")))
      assert.deepStrictEqual(before.map(({ current }) => current), [null, null])
      assert.deepStrictEqual(shown(scene, [before[1]!.next!]), ["Ada 02-22T09:00 03-01T09:00"])
    }))

  it.effect("is told for each service, level by level, and who of them could not be paged", () =>
    Effect.gen(function*() {
      yield* TestClock.setTime(DateTime.toEpochMillis(now))
      const rota = (user: string) => ({
        name: "Rota",
        timeZone: "UTC",
        layers: [{
          name: "Week",
          rotation: { unit: "week" as const, every: 1, start: "2027-02-22T09:00" },
          users: [user] as const
        }]
      })
      const scene = yield* makeScene("services", {
        schedules: [{ name: "Nobody", timeZone: "UTC", layers: [] }, rota("ada@example.com")],
        escalationPolicies: [{
          name: "Default",
          steps: [
            { targets: [{ schedule: "Rota" }, { user: "ada@example.com" }], timeoutSeconds: 60 },
            { targets: [{ schedule: "Nobody" }], timeoutSeconds: 120 },
            { targets: [{ user: "cleo@example.com" }, { user: "ben@example.com" }], timeoutSeconds: 180 }
          ]
        }]
      })
      const { services } = yield* WhoIsOnCall
      const [booking] = yield* scene.as(services())
      assert.deepStrictEqual(
        booking!.levels.map(({ level, timeoutSeconds, users }) => [
          level,
          timeoutSeconds,
          ...users.map(({ name, reachable }) => `${name}${reachable ? "" : " cannot be paged"}`)
        ]),
        [[1, 60, "Ada"], [2, 120], [3, 180, "Cleo cannot be paged", "Ben"]]
      )
      const [before] = yield* scene.as(services(at("2027-01-01T00:00:00Z")))
      assert.deepStrictEqual(before!.levels[0]!.users.map(({ name }) => name), ["Ada"])

      const other = yield* makeScene("services-other")
      assert.deepStrictEqual((yield* other.as(services())).map(({ serviceId }) => serviceId), [
        other.service("Booking").id
      ])
    }))
})
