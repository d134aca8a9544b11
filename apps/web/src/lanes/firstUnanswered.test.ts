import { assert, describe, it } from "@effect/vitest"
import { Shift } from "@innkeeper/oncall/api"
import type { UserId } from "@innkeeper/platform/api"
import { DateTime } from "effect"
import { firstUnanswered } from "./firstUnanswered.ts"

const at = (hours: number) => DateTime.add(DateTime.toUtc(DateTime.makeUnsafe("2026-01-05T00:00:00Z")), { hours })
const ada = "00000000-0000-4000-8000-000000000001" as UserId
const ben = "00000000-0000-4000-8000-000000000002" as UserId

/** Ada has a turn until the tenth hour, then Ben from the twentieth until after the end. */
const calendar = {
  from: at(0),
  until: at(48),
  final: [[ada, -5, 10] as const, [ben, 20, 60] as const].map(([userId, start, end]) =>
    new Shift({ userId, start: at(start), end: at(end), overrideId: null })
  ),
  gaps: [{ start: at(10), end: at(20) }]
}

const first = (deactivated: ReadonlyArray<UserId>, now: number, of: Partial<typeof calendar> = {}) =>
  firstUnanswered({ ...calendar, ...of }, { isDeactivated: (id) => deactivated.includes(id) }, at(now))

describe("firstUnanswered", () => {
  it("is the next gap, which ends when somebody comes", () => {
    assert.deepStrictEqual(first([], 2), { start: at(10), end: at(20), users: [], isOpen: false })
    assert.isNull(first([], 20))
  })

  it("counts the turns of people who are deactivated, together with the gaps beside them", () => {
    assert.deepStrictEqual(first([ada], 2), { start: at(-5), end: at(20), users: [ada], isOpen: false })
    assert.deepStrictEqual(first([ben], 2), { start: at(10), end: at(60), users: [ben], isOpen: true })
  })

  it("does not take the calendar's end for the end of a gap", () =>
    assert.isTrue(first([], 2, { final: [], gaps: [{ start: at(0), end: at(48) }] })?.isOpen))
})
