import { assert, describe, it } from "@effect/vitest"
import type { UserId } from "@innkeeper/platform/api"
import { Arbitrary, DateTime, Schema } from "effect"
import { iso, layer, named, override, schedule, utc } from "./Rotation.fixtures.ts"
import { finalShifts, gaps, handOff, nextShift, onCallAt, shiftAt, shiftsBetween } from "./Rotation.ts"
import { type Override, type Schedule, Shift } from "./Schedule.ts"

// Zones with changes of an hour, half an hour, two hours, at midnight, at Ramadan, of a whole day, and none.
const zones = [
  "Europe/Berlin",
  "America/New_York",
  "America/Santiago",
  "America/St_Johns",
  "Australia/Lord_Howe",
  "Antarctica/Troll",
  "Africa/Cairo",
  "Africa/Casablanca",
  "Asia/Tehran",
  "Asia/Kathmandu",
  "Pacific/Apia",
  "Pacific/Chatham",
  "UTC"
] as const

const upTo = (maximum: number) => Arbitrary.schema(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum })))

/** Quarter hours of 25 years: fine enough, since every offset and every change of one is a multiple of them. */
const instants = upTo(876_000).pipe(
  Arbitrary.map((quarters) => DateTime.add(utc("2008-01-01T00:00:00Z"), { minutes: quarters * 15 }))
)
const rotationsFrom = (starts: Arbitrary.Arbitrary<DateTime.Utc>) =>
  Arbitrary.all({
    unit: Arbitrary.schema(Schema.Literals(["day", "week"])),
    every: upTo(5),
    start: starts.pipe(Arbitrary.map((instant) => iso(instant).slice(0, 16)))
  })
const layersFrom = (starts: Arbitrary.Arbitrary<DateTime.Utc>) =>
  Arbitrary.all({
    rotation: rotationsFrom(starts),
    users: Arbitrary.array(Arbitrary.schema(Schema.Literals(["A", "B", "C", "P1"])), { minLength: 1, maxLength: 4 })
  }).pipe(Arbitrary.map(({ rotation, users }) => layer(rotation, users)))
const layers = layersFrom(instants)
const zoneNames = Arbitrary.schema(Schema.Literals(zones))

/** A span of up to 50 days, with layers and overrides that begin shortly before, in, or after it. */
const cases = instants.pipe(Arbitrary.flatMap((from) => {
  const near = upTo(1600).pipe(Arbitrary.map((hours) => DateTime.add(from, { hours: hours - 400 })))
  return Arbitrary.all({
    timeZone: zoneNames,
    layers: Arbitrary.array(layersFrom(near), { maxLength: 3 }),
    overrides: Arbitrary.array(
      Arbitrary.all({ user: Arbitrary.schema(Schema.Literals(["A", "P2", "P3"])), start: near, hours: upTo(300) }),
      { maxLength: 4 }
    ),
    hours: upTo(1200)
  }).pipe(Arbitrary.map(({ hours, layers, overrides, timeZone }) => ({
    schedule: schedule(timeZone, layers),
    from,
    until: DateTime.add(from, { hours }),
    overrides: overrides.map(({ hours, start, user }, index) =>
      override({ user, start: iso(start), end: iso(DateTime.add(start, { hours })) }, index)
    )
  })))
}))

type Zone = typeof zones[number]

const clocks = new Map(zones.map((timeZone) => [
  timeZone,
  new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short", timeStyle: "short" })
]))

/** The wall clock of a zone at an instant, by the platform's own formatter. */
const wallClockAt = (instant: number, zone: Zone): string => clocks.get(zone)!.format(instant).replace(" ", "T")

const quarter = 15 * 60_000

/** The instant that a wall-clock time means, found by looking at every quarter hour around it. */
const search = (local: string, zone: Zone): number => {
  // A local time is at most 26 hours away from the same time in UTC.
  const inUtc = utc(`${local}:00Z`).epochMilliseconds
  const quarters = Array.from({ length: 209 }, (_, index) => inUtc + (index - 104) * quarter)
  const meant = quarters.find((at) => wallClockAt(at, zone) === local)
  if (meant !== undefined) return meant
  // The clock jumps over it: it is as long after the jump as it is after the last time before the jump.
  const jump = quarters.find((at) => wallClockAt(at - quarter, zone) < local && wallClockAt(at, zone) > local)!
  return jump + inUtc - (utc(`${wallClockAt(jump - quarter, zone)}:00Z`).epochMilliseconds + quarter)
}

describe("one layer, whatever the zone", () => {
  it.prop(
    "tiles time from its start on, and gives every user equally many turns",
    [layers, zoneNames],
    ([turns, zone]) => {
      const from = handOff(turns.rotation, named(zone), 0)
      const cycles = 3 * turns.users.length
      const until = handOff(turns.rotation, named(zone), cycles)
      const shifts = shiftsBetween(turns, named(zone), from, until)
      assert.strictEqual(iso(shifts[0]!.start), iso(from))
      assert.strictEqual(iso(shifts.at(-1)!.end), iso(until))
      for (const [index, shift] of shifts.entries()) {
        assert.isTrue(DateTime.isLessThan(shift.start, shift.end))
        if (index > 0) assert.strictEqual(iso(shift.start), iso(shifts[index - 1]!.end))
      }
      // Apia skipped 30 December 2011, and with it one turn.
      if (zone !== "Pacific/Apia") {
        assert.deepStrictEqual(
          shifts.map(({ userId }) => userId),
          Array.from({ length: cycles }, (_, turn) => turns.users[turn % turns.users.length]!)
        )
      }
    }
  )

  const years = [2009, 2011, 2015, 2020, 2022, 2025]
  it.prop(
    "hands off at the wall-clock time of its start, later only in a gap",
    [zoneNames, Arbitrary.schema(Schema.Literals(years)), upTo(32)],
    ([zone, year, quarters]) => {
      const start = DateTime.add(utc(`${year}-01-01T00:00:00Z`), { minutes: (quarters - 16) * 15 })
      for (let turn = 0; turn < 366; turn += 1) {
        const local = iso(DateTime.add(start, { days: turn })).slice(0, 16)
        const rotation = { unit: "day", every: 1, start: iso(start).slice(0, 16) } as const
        const instant = handOff(rotation, named(zone), turn).epochMilliseconds
        const plain = wallClockAt(instant, zone) === local
          && [30, 60, 120].every((minutes) => wallClockAt(instant - minutes * 60_000, zone) !== local)
        if (!plain) assert.strictEqual(instant, search(local, zone))
      }
    }
  )

  it.prop("gives the same shift at any instant within it", [layers, zoneNames, instants], ([turns, zone, at]) => {
    const shift = shiftAt(turns, named(zone), at)
    if (shift === null) {
      assert.isTrue(DateTime.isLessThan(at, handOff(turns.rotation, named(zone), 0)))
      return
    }
    assert.isTrue(
      DateTime.between(at, { minimum: shift.start, maximum: DateTime.subtract(shift.end, { milliseconds: 1 }) })
    )
    assert.deepStrictEqual(shiftAt(turns, named(zone), shift.start), shift)
    assert.deepStrictEqual(shiftAt(turns, named(zone), DateTime.subtract(shift.end, { milliseconds: 1 })), shift)
  })
})

/** Who is on call, by the words of the decision and without any arithmetic on spans. */
const byDefinition = ({ overrides, schedule: { layers, timeZone } }: {
  readonly overrides: ReadonlyArray<Override>
  readonly schedule: Schedule
}, at: DateTime.Utc): UserId | null =>
  overrides.findLast(({ end, start }) => DateTime.isLessThanOrEqualTo(start, at) && DateTime.isLessThan(at, end))
    ?.userId
    ?? layers.map((turns) => shiftAt(turns, named(timeZone), at)).findLast((shift) => shift !== null)?.userId
    ?? null

describe("a schedule", () => {
  it.prop("is covered by its final shifts and gaps exactly, each instant by whom the rules name", [cases], ([it]) => {
    const shifts = finalShifts(it.schedule, it.overrides, it.from, it.until)
    const spans = [...shifts, ...gaps(shifts, it.from, it.until)].toSorted((a, b) => DateTime.Order(a.start, b.start))
    for (const [index, span] of spans.entries()) {
      assert.isTrue(DateTime.isLessThan(span.start, span.end))
      if (index > 0) assert.strictEqual(iso(span.start), iso(spans[index - 1]!.end))
      const expected = span instanceof Shift ? span.userId : null
      const last = DateTime.subtract(span.end, { milliseconds: 1 })
      for (const at of [span.start, last, DateTime.add(span.start, { hours: 7 })]) {
        if (DateTime.isLessThanOrEqualTo(at, last)) assert.strictEqual(byDefinition(it, at), expected)
      }
    }
    assert.isTrue(DateTime.isLessThanOrEqualTo(spans[0]!.start, it.from))
    assert.isTrue(DateTime.isGreaterThanOrEqualTo(spans.at(-1)!.end, it.until))
  })

  it.prop("answers the same for an instant whatever span is asked for", [cases, upTo(1200)], ([it, offset]) => {
    const at = DateTime.add(it.from, { hours: offset })
    const shift = onCallAt(it.schedule, it.overrides, at)
    for (const span of [1, 24, 2000]) {
      const [from, until] = [DateTime.subtract(at, { hours: span }), DateTime.add(at, { hours: span })]
      const found = finalShifts(it.schedule, it.overrides, from, until)
        .find(({ end, start }) => DateTime.isLessThanOrEqualTo(start, at) && DateTime.isLessThan(at, end))
      assert.deepStrictEqual(found ?? null, shift)
    }
  })

  it.prop("is followed by the next shift of its expansion", [cases], ([it]) => {
    const [first, second] = finalShifts(it.schedule, it.overrides, it.from, DateTime.add(it.from, { days: 400 }))
    const onCall = onCallAt(it.schedule, it.overrides, it.from)
    assert.deepStrictEqual(nextShift(it.schedule, it.overrides, it.from), (onCall === null ? first : second) ?? null)
  })
})
