import { assert, it } from "@effect/vitest"
import { DateTime, Duration, Schema } from "effect"
import { cronOf, isTooLate, nextTime } from "./times.ts"

const Zone = Schema.Literals([
  "UTC",
  "Europe/Berlin",
  "America/New_York",
  "Australia/Lord_Howe",
  "America/Sao_Paulo",
  "Asia/Kathmandu"
])
const Hour = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 23 }))
const Minute = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 59 }))

const utc = DateTime.makeUnsafe
const newYear = utc("2025-12-31T12:00:00Z")

const times = (expression: string, zone: string, count: number, from = newYear) => {
  const cron = cronOf(expression, zone)
  const found: Array<DateTime.Utc> = []
  for (let at = from; found.length < count;) found.push(at = nextTime(cron, at))
  return found
}

it.prop(
  "a time of day comes once on each day of a year, whatever the clocks do",
  [Zone, Hour, Minute],
  ([zone, hour, minute]) => {
    const named = DateTime.zoneMakeNamedUnsafe(zone)
    const days = times(`0 ${minute} ${hour} * * *`, zone, 365).map((at) =>
      DateTime.formatIsoDate(DateTime.setZone(at, named))
    )
    assert.strictEqual(new Set(days).size, 365)
    const [first, last] = [DateTime.makeUnsafe(days[0]!), DateTime.makeUnsafe(days.at(-1)!)]
    assert.strictEqual(Duration.toDays(DateTime.distance(first, last)), 364)
  },
  { arbitrary: { runs: 12 } }
)

/** Before the clocks change in spring and in autumn, on either half of the earth. */
const Before = Schema.Literals(["2026-03-01T00:00:00Z", "2026-10-01T00:00:00Z"])

it.prop("every hour is every hour of elapsed time", [Zone, Minute, Before], ([zone, minute, before]) => {
  // Lord Howe Island changes its clock by half an hour.
  const apart = zone === "Australia/Lord_Howe" ? [30, 60, 90] : [60]
  const found = times(`0 ${minute} * * * *`, zone, 24 * 46, utc(before))
  found.slice(1).forEach((at, index) => assert.include(apart, Duration.toMinutes(DateTime.distance(found[index]!, at))))
}, { arbitrary: { runs: 6 } })

it("a time that the clock skips comes as much later, one that it repeats comes the first time", () => {
  const [spring] = times("0 30 2 * * *", "Europe/Berlin", 1, utc("2026-03-28T12:00:00Z"))
  assert.strictEqual(DateTime.formatIso(spring!), "2026-03-29T01:30:00.000Z")
  const autumn = times("0 30 2 * * *", "Europe/Berlin", 2, utc("2026-10-24T12:00:00Z"))
  assert.deepStrictEqual(autumn.map(DateTime.formatIso), ["2026-10-25T00:30:00.000Z", "2026-10-26T01:30:00.000Z"])
})

it("every hour comes in both of the hours that the clock repeats", () => {
  assert.deepStrictEqual(
    times("0 0 * * * *", "Europe/Berlin", 3, utc("2026-10-24T23:30:00Z")).map(DateTime.formatIso),
    ["2026-10-25T00:00:00.000Z", "2026-10-25T01:00:00.000Z", "2026-10-25T02:00:00.000Z"]
  )
})

it("no cron expression, no zone, no schedule", () => {
  assert.throws(() => cronOf("every day", "UTC"))
  assert.throws(() => cronOf("0 0 * * *", "Mars/Olympus"))
})

it.prop("a run is left out exactly when it comes later than its limit", [Minute, Minute], ([late, limit]) => {
  const now = DateTime.add(newYear, { minutes: late })
  assert.strictEqual(isTooLate(newYear, now, Duration.minutes(limit)), late > limit)
})
