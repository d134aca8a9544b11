import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { bytesText, countText, lengthText } from "./amounts.ts"

describe("amounts", () => {
  it("are told as people say them", () => {
    assert.deepStrictEqual([0, 0.0404, 0.9994, 1, 2.54, 9.96, 59.4, 60, 184, 3600, 7384, 190_800].map(lengthText), [
      "0 s",
      "40 ms",
      "999 ms",
      "1 s",
      "2.5 s",
      "10 s",
      "59 s",
      "1 min",
      "3 min 4 s",
      "1 h",
      "2 h 3 min",
      "2 d 5 h"
    ])
    assert.deepStrictEqual([0, 312_400_000, 1_440_000_000].map(bytesText), ["0 MB", "312 MB", "1.4 GB"])
    assert.strictEqual(countText(12_408), "12,408")
  })

  it.prop("of time never show 60 of a unit that ends at 60", [
    Schema.Finite.check(Schema.isBetween({ minimum: 0, maximum: 1e7 }))
  ], ([seconds]) => {
    assert.notMatch(lengthText(seconds), /\b(60 s|60 min|24 h|1000 ms)\b/)
  })
})
