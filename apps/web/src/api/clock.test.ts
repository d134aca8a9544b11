import { assert, describe, it } from "@effect/vitest"
import { correction } from "./clock.ts"

describe("correction", () => {
  it("is how wrong the clock is, by the answer that was the quickest", () => {
    assert.strictEqual(correction([602_000, 600_300, 630_000]), -600_300)
    assert.strictEqual(correction([-298_000, -299_600]), 299_600)
  })

  it("is none for a usual clock, however slow some answers are, nor before the first", () => {
    assert.strictEqual(correction([12_000, 900, 4000]), 0)
    assert.strictEqual(correction([-4000]), 0)
    assert.strictEqual(correction([]), 0)
  })
})
