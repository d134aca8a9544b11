import { assert, describe, it } from "@effect/vitest"
import { rowBeside } from "./rowBeside.ts"

const ids = ["a", "b", "c"]

describe("the row beside a place", () => {
  it("is the first one without a place", () => assert.strictEqual(rowBeside(ids, null, -1), 0))

  it("is the one after or before, wherever the row of the place is now", () => {
    assert.strictEqual(rowBeside(ids, { id: "b", index: 0 }, 1), 2)
    assert.strictEqual(rowBeside(ids, { id: "b", index: 0 }, -1), 0)
  })

  it("is the neighbour of a row that is gone", () => {
    const gone = { id: "x", index: 1 }
    assert.strictEqual(rowBeside(ids, gone, 1), 1)
    assert.strictEqual(rowBeside(ids, gone, -1), 0)
  })

  it("is a row of the list where it has become shorter", () => {
    assert.strictEqual(rowBeside(ids, { id: "x", index: 7 }, 1), 2)
    assert.strictEqual(rowBeside(ids, { id: "x", index: 0 }, -1), 0)
  })
})
