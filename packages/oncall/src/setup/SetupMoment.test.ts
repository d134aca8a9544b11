import { assert, describe, it } from "@effect/vitest"
import { DateTime, Schema } from "effect"
import { instantOf, Moment } from "./SetupMoment.ts"

const isMoment = Schema.is(Moment)

describe("a moment of a set-up document", () => {
  it.each([
    ["2026-07-05T09:00", "2026-07-05T07:00:00.000Z"],
    ["2026-07-05T09:00:00Z", "2026-07-05T09:00:00.000Z"],
    ["2026-07-05T09:00-05:00", "2026-07-05T14:00:00.000Z"]
  ])("%s is %s in Berlin", (moment, instant) => {
    assert.isTrue(isMoment(moment))
    assert.strictEqual(DateTime.formatIso(instantOf(moment, "Europe/Berlin")), instant)
  })

  it.each(["2026-02-30T00:00:00Z", "2026-02-30T00:00", "2026-07-05T09:00:00", "2026-07-05Z", "2026-07-05"])(
    "may not be %s",
    (text) => assert.isFalse(isMoment(text))
  )
})
