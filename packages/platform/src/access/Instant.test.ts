import { assert, describe, it } from "@effect/vitest"
import { DateTime, Option, Schema } from "effect"
import { Instant } from "./Instant.ts"

const decode = Schema.decodeUnknownOption(Instant)

/** From the first of an instant to the last. */
const Milliseconds = Schema.Int.check(
  Schema.isBetween({ minimum: 0, maximum: Date.parse("9999-12-31T23:59:59.999Z") })
)

describe("Instant", () => {
  it.each([
    ["2026-12-01T09:00:00Z", "2026-12-01T09:00:00.000Z"],
    ["2026-12-01T09:00Z", "2026-12-01T09:00:00.000Z"],
    ["2026-12-01T09:00:00.123456789Z", "2026-12-01T09:00:00.123Z"],
    ["2026-12-01T09:00:00+05:30", "2026-12-01T03:30:00.000Z"],
    ["2026-12-01T09:00:00-0800", "2026-12-01T17:00:00.000Z"],
    ["2028-02-29T23:59:59+00:00", "2028-02-29T23:59:59.000Z"],
    ["9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59.999Z"]
  ])(
    "%s is %s",
    (text, instant) => assert.strictEqual(Option.getOrThrow(Option.map(decode(text), DateTime.formatIso)), instant)
  )

  for (
    const text of [
      "2026-12-01T09:00",
      "2026-12-01T09:00:00",
      "2026-12-01",
      "2026-12-01Z",
      "0",
      "2026",
      "1 Dec 2026 09:00 UTC",
      "2027-02-30T18:00:00Z",
      "2027-02-29T18:00:00+01:00",
      "2026-13-01T00:00:00Z",
      "2026-04-31T00:00:00Z",
      "2026-12-01T24:00:00Z",
      "2026-12-01T09:60:00Z",
      "2026-12-01T09:00:00+24:00",
      "2026-12-01 09:00:00Z",
      "1969-12-31T23:59:59Z",
      "9999-12-31T23:59:59-01:00",
      "+010000-01-01T00:00:00Z",
      ""
    ]
  ) {
    it(`is not ${JSON.stringify(text)}`, () => assert.isTrue(Option.isNone(decode(text))))
  }

  it.prop("reads what it writes", [Milliseconds], ([at]) => {
    const instant = DateTime.makeUnsafe(at)
    assert.deepStrictEqual(decode(Schema.encodeSync(Instant)(instant)), Option.some(instant))
  })
})
