import { assert, describe, it } from "@effect/vitest"
import { Arbitrary, DateTime, Schema } from "effect"
import {
  addDays,
  beginningOf,
  CalendarDay,
  calendarDayAt,
  CalendarRange,
  firstDayOf,
  moveRange,
  windowOf
} from "./CalendarRange.ts"

const zone = DateTime.zoneMakeNamedUnsafe
const iso = DateTime.formatIso

const days = Arbitrary.schema(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 20_000 }))).pipe(
  Arbitrary.map((days) => addDays("1990-01-01", days))
)
const ranges = Arbitrary.schema(CalendarRange)
// Zones whose clocks change at midnight, by half an hour, that skipped a whole day, and one without changes.
const zones = Arbitrary.schema(
  Schema.Literals(["Europe/Berlin", "America/Santiago", "Australia/Lord_Howe", "Pacific/Apia", "UTC"])
).pipe(Arbitrary.map(zone))

describe("windowOf", () => {
  it("has 23 hours on the day when the clocks go forward", () => {
    const { days, from, until } = windowOf("week", "2026-03-23", zone("Europe/Berlin"))
    assert.strictEqual(iso(from), "2026-03-22T23:00:00.000Z")
    assert.strictEqual(iso(until), "2026-03-29T22:00:00.000Z")
    assert.strictEqual(days[6]!.ends.epochMilliseconds - days[6]!.begins.epochMilliseconds, 23 * 3_600_000)
    assert.deepStrictEqual(days.map(({ weekend }) => weekend), [false, false, false, false, false, true, true])
  })

  it("begins a day at one o'clock where midnight does not exist", () =>
    assert.strictEqual(iso(beginningOf("2024-09-08", zone("America/Santiago"))), "2024-09-08T04:00:00.000Z"))

  it("leaves out the day that Samoa skipped", () =>
    assert.deepStrictEqual(
      windowOf("week", "2011-12-26", zone("Pacific/Apia")).days.map(({ day }) => day.slice(8)),
      ["26", "27", "28", "29", "31", "01"]
    ))

  it.prop("is covered by its days without a hole", [ranges, days, zones], ([range, day, zone]) => {
    const { days, from, until } = windowOf(range, firstDayOf(range, day), zone)
    assert.strictEqual(iso(days[0]!.begins), iso(from))
    assert.strictEqual(iso(days.at(-1)!.ends), iso(until))
    for (const [index, { begins }] of days.slice(1).entries()) assert.strictEqual(iso(begins), iso(days[index]!.ends))
  })

  it.prop("contains the day that it was asked for", [ranges, days], ([range, day]) => {
    const first = firstDayOf(range, day)
    assert.isTrue(first <= day && day < moveRange(range, first, 1))
  })

  it.prop("comes back to where it was after next and previous", [ranges, days], ([range, day]) => {
    const first = firstDayOf(range, day)
    assert.strictEqual(moveRange(range, moveRange(range, first, 1), -1), first)
  })
})

describe("calendarDayAt", () => {
  it("is already tomorrow in the east and still yesterday in the west", () => {
    const at = DateTime.toUtc(DateTime.makeUnsafe("2026-01-05T23:30:00Z"))
    assert.strictEqual(calendarDayAt(at, zone("Asia/Tokyo")), "2026-01-06")
    assert.strictEqual(calendarDayAt(at, zone("America/New_York")), "2026-01-05")
  })
})

describe("CalendarDay", () => {
  const isDay = Schema.is(CalendarDay)

  it.each(["1971-01-01", "2026-01-05", "2028-02-29", "9998-12-31"])("may be %s, which can be drawn", (day) => {
    assert.isTrue(isDay(day))
    for (const range of CalendarRange.literals) {
      const { days, from, until } = windowOf(range, firstDayOf(range, day), zone("Pacific/Auckland"))
      assert.isAbove(days.length, 6)
      for (const end of [from, until]) assert.match(iso(end), /^(19[7-9]|[2-9]\d\d)\d-/)
    }
  })

  it.each([
    "2026-13-01",
    "2026-02-30",
    "2026-00-10",
    "2027-02-29",
    "1970-01-01",
    "9999-12-31",
    "0000-01-01",
    "2026-1-5",
    ""
  ])(
    "may not be %s",
    (day) => assert.isFalse(isDay(day))
  )
})
