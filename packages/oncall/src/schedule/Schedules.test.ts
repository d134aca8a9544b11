import { assert, layer } from "@effect/vitest"
import { withTenant } from "@innkeeper/database"
import { Users } from "@innkeeper/platform"
import { DateTime, Effect, Option } from "effect"
import { TestClock } from "effect/testing"
import { SetupDocument } from "../setup/SetupDocument.ts"
import { Setups } from "../setup/Setups.ts"
import { makeScene, servicesLayer } from "../testing.fixture.ts"
import { Schedule } from "./Schedule.ts"
import { ScheduleId } from "./ScheduleId.ts"
import { at, now, shown, span, weekly } from "./Schedules.fixture.ts"
import { Schedules } from "./Schedules.ts"
import { insertSchedule } from "./ScheduleStore.ts"

const idOfStored = "00000000-0000-4000-8000-00000000e571"

layer(servicesLayer)("Schedules", (it) => {
  const prepare = Effect.fnUntraced(function*(slug: string) {
    yield* TestClock.setTime(DateTime.toEpochMillis(now))
    const scene = yield* makeScene(slug)
    const schedules = yield* Schedules
    const primary = yield* scene.as(schedules.create(weekly(scene)))
    return { scene, schedules, primary }
  })

  it.effect("keeps what it was given, by name, and takes a change as a whole", () =>
    Effect.gen(function*() {
      const { primary, scene, schedules } = yield* prepare("kept")
      assert.deepStrictEqual(yield* scene.as(schedules.get(primary.id)), primary)
      const changed = yield* scene.as(
        schedules.replace(primary.id, weekly(scene, { name: "a primary", timeZone: "Europe/Berlin", layers: [] }))
      )
      assert.deepStrictEqual(yield* scene.as(schedules.list), [changed, scene.schedule("Nobody")])
      yield* scene.as(schedules.remove(primary.id))
      assert.strictEqual((yield* Effect.flip(scene.as(schedules.get(primary.id))))._tag, "NotFound")
    }))

  it.effect("refuses a name that is taken, in whatever case", () =>
    Effect.gen(function*() {
      const { primary, scene, schedules } = yield* prepare("taken")
      const refusals = [
        yield* Effect.flip(scene.as(schedules.create(weekly(scene, { name: "PRIMARY" })))),
        yield* Effect.flip(scene.as(schedules.replace(primary.id, weekly(scene, { name: "nobody" }))))
      ]
      for (const refusal of refusals) {
        assert.strictEqual(refusal._tag, "Conflict")
        assert.deepInclude(refusal, { field: "name" })
      }
      assert.strictEqual((yield* scene.as(schedules.get(primary.id))).name, "Primary")
    }))

  it.effect("takes a zone by region and city, and keeps one of another name that is stored", () =>
    Effect.gen(function*() {
      const { primary, scene, schedules } = yield* prepare("zones")
      const refusals = [
        yield* Effect.flip(scene.as(schedules.create(weekly(scene, { name: "Second", timeZone: "BST" })))),
        yield* Effect.flip(scene.as(schedules.replace(primary.id, weekly(scene, { timeZone: "BST" }))))
      ]
      for (const refusal of refusals) {
        assert.strictEqual(refusal._tag, "Unprocessable")
        if (refusal._tag !== "Unprocessable") return
        assert.deepStrictEqual(refusal.errors.map(({ path }) => path), [["payload", "timeZone"]])
        assert.include(refusal.errors[0]?.message, "Europe/London")
      }

      const setups = yield* Setups
      const stated = { name: "Third", timeZone: "BST", layers: [] }
      const refused = yield* Effect.flip(
        setups.apply(new SetupDocument({ ...scene.document, schedules: [stated] }), { dryRun: true })
      )
      assert.deepStrictEqual(refused._tag === "Unprocessable" ? refused.errors.map(({ path }) => path) : refused._tag, [
        ["schedules", 0, "timeZone"]
      ])

      const stored = new Schedule({ ...primary, id: ScheduleId.make(idOfStored), name: "Of old", timeZone: "EST" })
      yield* scene.as(withTenant(insertSchedule(stored)))
      assert.deepStrictEqual(yield* scene.as(schedules.get(stored.id)), stored)
      const changed = yield* scene.as(
        schedules.replace(stored.id, weekly(scene, { name: stored.name, timeZone: "EST", layers: [] }))
      )
      assert.deepStrictEqual([changed.timeZone, changed.layers], ["EST", []])
      const exported = yield* setups.export(scene.document.tenant.slug)
      assert.deepStrictEqual((yield* setups.apply(exported)).changes, [])
    }))

  it.effect("names every place that refers to nobody of the tenant", () =>
    Effect.gen(function*() {
      const { primary, scene, schedules } = yield* prepare("references")
      const stranger = (yield* makeScene("references-stranger")).person("Ada").id
      const layers = [{
        name: "Week",
        rotation: { unit: "week", every: 1, start: "2027-02-22T09:00" },
        users: [stranger, scene.person("Ada").id, stranger]
      }]
      for (
        const attempt of [
          schedules.create(weekly(scene, { name: "Second", layers })),
          schedules.replace(primary.id, weekly(scene, { layers }))
        ]
      ) {
        const refusal = yield* Effect.flip(scene.as(attempt))
        assert.strictEqual(refusal._tag, "Unprocessable")
        if (refusal._tag !== "Unprocessable") return
        assert.deepStrictEqual(refusal.errors.map(({ path }) => path), [
          ["payload", "layers", 0, "users", 0],
          ["payload", "layers", 0, "users", 2]
        ])
      }
      assert.deepStrictEqual(yield* scene.as(schedules.get(primary.id)), primary)
    }))

  it.effect("stays while a policy pages by it", () =>
    Effect.gen(function*() {
      const scene = yield* makeScene("in-use", {
        escalationPolicies: [{ name: "Default", steps: [{ targets: [{ schedule: "Nobody" }], timeoutSeconds: 60 }] }]
      })
      const schedules = yield* Schedules
      const refusal = yield* Effect.flip(scene.as(schedules.remove(scene.schedule("Nobody").id)))
      assert.strictEqual(refusal._tag, "Conflict")
      assert.include(String(refusal.detail), "Default")
    }))

  it.effect("is nobody else's", () =>
    Effect.gen(function*() {
      const { primary, scene, schedules } = yield* prepare("own")
      const other = yield* makeScene("own-not")
      const refusals = yield* Effect.all([
        Effect.flip(other.as(schedules.get(primary.id))),
        Effect.flip(other.as(schedules.replace(primary.id, weekly(other)))),
        Effect.flip(other.as(schedules.remove(primary.id))),
        Effect.flip(other.as(schedules.calendar(primary.id, now, at("2027-03-02T00:00:00Z")))),
        Effect.flip(other.as(schedules.addOverride(primary.id, {
          userId: other.person("Ada").id,
          ...span("2027-03-02T00:00:00Z", "2027-03-03T00:00:00Z")
        })))
      ])
      assert.deepStrictEqual([...new Set(refusals.map(({ _tag }) => _tag))], ["NotFound"])
      assert.strictEqual((yield* other.as(schedules.onCallAt(primary.id, now)))._tag, "None")
      assert.deepStrictEqual(yield* scene.as(schedules.get(primary.id)), primary)
    }))

  it.effect("draws its lanes, overrides and gaps over a span", () =>
    Effect.gen(function*() {
      const { primary, scene, schedules } = yield* prepare("calendar")
      const override = yield* scene.as(schedules.addOverride(primary.id, {
        userId: scene.person("Cleo").id,
        ...span("2027-03-10T09:00:00Z", "2027-03-11T09:00:00Z")
      }))
      const calendar = yield* scene.as(
        schedules.calendar(primary.id, at("2027-02-20T09:00:00Z"), at("2027-03-15T09:00:00Z"))
      )
      assert.deepStrictEqual(calendar.layers.map(({ shifts }) => shown(scene, shifts)), [[
        "Ada 02-22T09:00 03-01T09:00",
        "Ben 03-01T09:00 03-08T09:00",
        "Ada 03-08T09:00 03-15T09:00"
      ]])
      assert.deepStrictEqual(calendar.overrides, [override])
      assert.deepStrictEqual(shown(scene, calendar.final), [
        "Ada 02-22T09:00 03-01T09:00",
        "Ben 03-01T09:00 03-08T09:00",
        "Ada 03-08T09:00 03-10T09:00",
        "Cleo 03-10T09:00 03-11T09:00",
        "Ada 03-11T09:00 03-15T09:00"
      ])
      assert.deepStrictEqual(calendar.gaps, [span("2027-02-20T09:00:00Z", "2027-02-22T09:00:00Z")])

      yield* scene.as(schedules.removeOverride(primary.id, override.id))
      const after = yield* scene.as(
        schedules.calendar(primary.id, at("2027-03-09T09:00:00Z"), at("2027-03-12T09:00:00Z"))
      )
      assert.deepStrictEqual(shown(scene, after.final), ["Ada 03-08T09:00 03-15T09:00"])
      const again = yield* Effect.flip(scene.as(schedules.removeOverride(primary.id, override.id)))
      assert.deepInclude(again, { _tag: "NotFound", resource: "override" })
    }))

  it.effect("draws at most a hundred days, forwards", () =>
    Effect.gen(function*() {
      const { primary, scene, schedules } = yield* prepare("too-long")
      const calendar = (until: string) => scene.as(schedules.calendar(primary.id, now, at(until)))
      assert.strictEqual((yield* calendar("2027-06-09T10:00:00Z")).final.length, 15)
      for (const until of ["2027-06-09T10:00:01Z", "2027-03-01T10:00:00Z", "2027-02-01T00:00:00Z"]) {
        const refusal = yield* Effect.flip(calendar(until))
        assert.strictEqual(refusal._tag, "Unprocessable")
        if (refusal._tag === "Unprocessable") {
          assert.deepStrictEqual(refusal.errors.map(({ path }) => path), [["query", "until"]])
        }
      }
    }))

  it.effect("draws the last days that an instant can be of", () =>
    Effect.gen(function*() {
      const { primary, scene, schedules } = yield* prepare("last-days")
      const override = yield* scene.as(schedules.addOverride(primary.id, {
        userId: scene.person("Cleo").id,
        ...span("9999-12-30T00:00:00Z", "9999-12-31T00:00:00Z")
      }))
      for (const from of ["9998-12-31T00:00:00Z", "9999-12-29T00:00:00Z"]) {
        const until = DateTime.add(at(from), { days: 2 })
        const calendar = yield* scene.as(schedules.calendar(primary.id, at(from), until))
        assert.deepStrictEqual(calendar.overrides, from.startsWith("9999") ? [override] : [])
        assert.deepStrictEqual(calendar.gaps, [])
      }
      const onCall = yield* scene.as(schedules.onCallAt(primary.id, at("9999-12-30T00:00:00Z")))
      assert.strictEqual(Option.getOrThrow(onCall).userId, scene.person("Cleo").id)
    }))

  it.effect("refuses overrides that are over, run backwards, last too long or name nobody who is active", () =>
    Effect.gen(function*() {
      const { primary, scene, schedules } = yield* prepare("refused-overrides")
      const other = yield* makeScene("refused-overrides-other")
      const ben = scene.person("Ben").id
      yield* scene.as((yield* Users).update(scene.person("Cleo").id, { active: false }))
      const refused = [
        [{ userId: ben, ...span("2027-03-03T00:00:00Z", "2027-03-02T00:00:00Z") }, "end"],
        [{ userId: ben, ...span("2027-03-03T00:00:00Z", "2027-03-03T00:00:00Z") }, "end"],
        [{ userId: ben, ...span("2027-02-01T00:00:00Z", "2027-03-01T10:00:00Z") }, "end"],
        [{ userId: ben, ...span("2027-03-02T00:00:00Z", "2028-03-02T00:00:01Z") }, "end"],
        [{ userId: other.person("Ada").id, ...span("2027-03-02T00:00:00Z", "2027-03-03T00:00:00Z") }, "userId"],
        [{ userId: scene.person("Cleo").id, ...span("2027-03-02T00:00:00Z", "2027-03-03T00:00:00Z") }, "userId"]
      ] as const
      for (const [override, field] of refused) {
        const refusal = yield* Effect.flip(scene.as(schedules.addOverride(primary.id, override)))
        assert.strictEqual(refusal._tag, "Unprocessable")
        if (refusal._tag === "Unprocessable") {
          assert.deepStrictEqual(refusal.errors.map(({ path }) => path), [["payload", field]])
        }
      }
      const calendar = yield* scene.as(schedules.calendar(primary.id, now, at("2027-03-20T00:00:00Z")))
      assert.deepStrictEqual(calendar.overrides, [])
    }))

  it.effect("says who is on call and until when: by rotation, by override, or nobody", () =>
    Effect.gen(function*() {
      const { primary, scene, schedules } = yield* prepare("now")
      const onCall = (instant: string) =>
        Effect.map(scene.as(schedules.onCallAt(primary.id, at(instant))), (found) =>
          found._tag === "None"
            ? "nobody"
            : shown(scene, [{ userId: found.value.userId, start: at(instant), end: found.value.until }])[0])
      yield* scene.as(schedules.addOverride(primary.id, {
        userId: scene.person("Cleo").id,
        ...span("2027-03-01T12:00:00Z", "2027-03-01T14:00:00Z")
      }))
      assert.strictEqual(yield* onCall("2027-02-22T08:59:00Z"), "nobody")
      assert.strictEqual(yield* onCall("2027-02-22T09:00:00Z"), "Ada 02-22T09:00 03-01T09:00")
      assert.strictEqual(yield* onCall("2027-03-01T10:00:00Z"), "Ben 03-01T10:00 03-01T12:00")
      assert.strictEqual(yield* onCall("2027-03-01T12:00:00Z"), "Cleo 03-01T12:00 03-01T14:00")
      assert.strictEqual(yield* onCall("2027-03-01T14:00:00Z"), "Ben 03-01T14:00 03-08T09:00")
    }))
})
