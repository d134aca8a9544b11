import { assert, describe, it } from "@effect/vitest"
import { iso, layer, named, override, schedule, user, utc } from "./Rotation.fixtures.ts"
import { finalShifts, gaps, handOff, nextShift, onCallAt, shiftAt, shiftsBetween } from "./Rotation.ts"
import { beforeTheStart, covered, decided, nested, vectors, wallClock } from "./Rotation.vectors.ts"

describe("one layer agrees with other tools", () => {
  for (const vector of [...vectors, ...decided]) {
    it(vector.source, () => {
      const turns = layer(vector.rotation, vector.users)
      for (const expected of vector.shifts) {
        const shift = shiftAt(turns, named(vector.timeZone), utc(expected.at))!
        if (expected.start !== undefined) assert.strictEqual(iso(shift.start), iso(utc(expected.start)))
        if (expected.end !== undefined) assert.strictEqual(iso(shift.end), iso(utc(expected.end)))
        if (expected.user !== undefined) assert.strictEqual(shift.userId, user(expected.user))
      }
    })
  }

  it("has nobody before its start", () => {
    const turns = layer(beforeTheStart.rotation, ["A"])
    for (const at of beforeTheStart.at) assert.isNull(shiftAt(turns, named(beforeTheStart.timeZone), utc(at)))
  })

  it("reads a wall-clock time in a gap later by the gap, and one that occurs twice as the first", () => {
    for (const [start, instant] of wallClock) {
      assert.strictEqual(
        iso(handOff({ unit: "day", every: 1, start }, named("America/Chicago"), 0)),
        iso(utc(instant))
      )
    }
  })

  it("gives the turn of a day that the zone skips to nobody", () => {
    const turns = layer({ unit: "day", every: 1, start: "2011-12-28T09:00" }, ["A", "B", "C"])
    const shifts = shiftsBetween(turns, named("Pacific/Apia"), utc("2011-12-28T19:00:00Z"), utc("2012-01-01T00:00:00Z"))
    assert.deepStrictEqual(shifts.map(({ userId }) => userId), [user("A"), user("B"), user("A"), user("B")])
  })
})

describe("overrides and layers", () => {
  const always = layer({ unit: "week", every: 1, start: "2025-12-29T00:00" }, ["A"])
  for (const [name, { expected, overrides }] of Object.entries(covered)) {
    it(`decide who is on call: ${name}`, () => {
      for (const [at, name] of expected) {
        const shift = onCallAt(schedule("UTC", [always]), overrides.map(override), utc(at))
        assert.strictEqual(shift?.userId, user(name))
      }
    })
  }

  it("lets a later layer cover the earlier ones from its start on", () => {
    const layers = nested.lowestFirst.map(([name, start]) => layer({ unit: "week", every: 1, start }, [name]))
    for (const [at, name] of nested.expected) {
      assert.strictEqual(onCallAt(schedule("UTC", layers), [], utc(at))?.userId, user(name))
    }
  })

  it("cuts a shift where a later layer begins", () => {
    const later = layer({ unit: "day", every: 1, start: "2026-01-01T12:00" }, ["B"])
    const shift = onCallAt(schedule("UTC", [always, later]), [], utc("2026-01-01T09:00:00Z"))!
    assert.strictEqual(iso(shift.end), "2026-01-01T12:00:00.000Z")
  })

  it("names the override, and only there", () => {
    const overrides = covered.split.overrides.map(override)
    const shifts = finalShifts(
      schedule("UTC", [always]),
      overrides,
      utc("2026-01-01T09:00:00Z"),
      utc("2026-01-01T13:00:00Z")
    )
    assert.deepStrictEqual(shifts.map(({ overrideId }) => overrideId), [null, overrides[0]!.id, null])
  })

  it("shows the span before the first layer starts as a gap, and who comes next", () => {
    const [from, until] = [utc("2025-12-28T00:00:00Z"), utc("2025-12-30T00:00:00Z")]
    const late = schedule("UTC", [always])
    assert.deepStrictEqual(gaps(finalShifts(late, [], from, until), from, until), [
      { start: from, end: utc("2025-12-29T00:00:00Z") }
    ])
    assert.strictEqual(nextShift(late, [], from)?.userId, user("A"))
    assert.isNull(nextShift(schedule("UTC", []), [], from))
  })
})
