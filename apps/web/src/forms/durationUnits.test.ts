import { assert, describe, it } from "@effect/vitest"
import { largestUnit } from "./durationUnits.ts"

describe("largestUnit", () => {
  it.each([[7200, "hours"], [5400, "minutes"], [90, "seconds"]] as const)(
    "%d seconds are whole %s",
    (seconds, unit) => assert.strictEqual(largestUnit(seconds), unit)
  )
})
