import { assert, describe, it } from "@effect/vitest"
import { DateTime } from "effect"
import { lengthText, momentText, spanText, zoneText } from "./momentText.ts"

const utc = (iso: string) => DateTime.toUtc(DateTime.makeUnsafe(iso))
const now = utc("2026-06-01T00:00:00Z")
const berlin = DateTime.zoneMakeNamedUnsafe("Europe/Berlin")

describe("lengthText", () => {
  it.each([
    [7 * 86_400_000, "7 days"],
    [86_400_000 + 3 * 3_600_000 + 60_000, "1 day 3 h"],
    [45 * 60_000, "45 min"],
    [90_000, "1 min 30 s"],
    [400, "0 s"]
  ])("%d ms is %s", (milliseconds, text) => assert.strictEqual(lengthText(milliseconds), text))
})

describe("spanText", () => {
  it("names the day once when both ends lie on it, in the zone that reads it", () => {
    const span = { start: utc("2026-01-05T22:30:00Z"), end: utc("2026-01-05T23:30:00Z") }
    assert.strictEqual(spanText(span, DateTime.zoneMakeNamedUnsafe("UTC"), now).match(/Jan/g)?.length, 1)
    assert.strictEqual(spanText(span, berlin, now).match(/Jan/g)?.length, 2)
  })
})

describe("the year of a moment", () => {
  const newYear = utc("2026-12-31T23:30:00Z")

  it("is told when it is not the present one, in the zone that reads it", () => {
    assert.notMatch(momentText(newYear, DateTime.zoneMakeNamedUnsafe("UTC"), now), /202\d/)
    assert.match(momentText(newYear, berlin, now), /Fri, 1 Jan 2027, 00:30/)
    assert.notMatch(momentText(newYear, berlin, utc("2027-02-01T00:00:00Z")), /202\d/)
  })

  it("is told of each end of a span for itself", () =>
    assert.match(
      spanText({ start: utc("2025-12-29T08:00:00Z"), end: utc("2026-01-05T08:00:00Z") }, berlin, now),
      /29 Dec 2025, 09:00 – Mon,? 5 Jan, 09:00$/
    ))
})

describe("zoneText", () => {
  it("tells summer time from winter time", () =>
    assert.notStrictEqual(zoneText(utc("2026-01-05T00:00:00Z"), berlin), zoneText(utc("2026-07-05T00:00:00Z"), berlin)))
})
