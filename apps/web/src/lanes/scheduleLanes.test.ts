import { assert, describe, it } from "@effect/vitest"
import { Calendar, Override, type OverrideId, Schedule, type ScheduleId, Shift } from "@innkeeper/oncall/api"
import type { UserId } from "@innkeeper/platform/api"
import { DateTime } from "effect"
import { finalTurns, lanesOf, peopleOf } from "./scheduleLanes.ts"

const at = (hours: number) => DateTime.add(DateTime.toUtc(DateTime.makeUnsafe("2026-01-05T00:00:00Z")), { hours })
const id = (digit: number) => `00000000-0000-4000-8000-00000000000${digit}`
const ada = id(1) as UserId
const ben = id(2) as UserId
const cleo = id(3) as UserId

const shift = (userId: UserId, start: number, end: number) =>
  new Shift({ userId, start: at(start), end: at(end), overrideId: null })
const override = (digit: number, userId: UserId, start: number, end: number) =>
  new Override({ id: id(digit) as OverrideId, userId, start: at(start), end: at(end) })

const calendar = new Calendar({
  schedule: new Schedule({
    id: id(9) as ScheduleId,
    name: "Primary",
    timeZone: "UTC",
    layers: [{
      name: "Weekly",
      rotation: { unit: "week", every: 1, start: "2026-01-05T00:00" },
      users: [ben, ada]
    }]
  }),
  from: at(0),
  until: at(48),
  layers: [{ name: "Weekly", shifts: [shift(ben, 10, 20), shift(ada, 20, 48)] }],
  overrides: [override(5, cleo, 12, 30), override(6, ada, 14, 16)],
  final: [shift(ben, 10, 12), shift(cleo, 12, 30), shift(ada, 30, 48)],
  gaps: [{ start: at(0), end: at(10) }]
})

describe("finalTurns", () => {
  it("tells gaps and people in the order of time", () =>
    assert.deepStrictEqual(finalTurns(calendar).map(({ userId }) => userId), [null, ben, cleo, ada]))

  it("knows which gaps may be longer than the calendar shows", () => {
    const gaps = [{ start: at(0), end: at(10) }, { start: at(20), end: at(30) }, { start: at(40), end: at(48) }]
    assert.deepStrictEqual(finalTurns({ ...calendar, final: [], gaps }).map(({ isCut }) => isCut), [true, false, true])
  })
})

describe("lanesOf", () => {
  it("draws layers, overrides and the result from top to bottom", () =>
    assert.deepStrictEqual(lanesOf(calendar).map(({ name }) => name), ["Weekly", "Overrides", "On call"]))

  it("draws overrides that overlap below one another", () =>
    assert.deepStrictEqual(lanesOf(calendar)[1]!.rows.map((row) => row.map(({ userId }) => userId)), [[cleo], [ada]]))
})

describe("peopleOf", () => {
  it("has everybody once, those who take turns first", () =>
    assert.deepStrictEqual(peopleOf(calendar), [ben, ada, cleo]))
})
