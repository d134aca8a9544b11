import { assert, describe, it } from "@effect/vitest"
import { moveAt, removeAt, replaceAt } from "./lists.ts"

describe("moveAt", () => {
  it("moves down and up", () => {
    assert.deepStrictEqual(moveAt(["a", "b", "c"], 0, 1), ["b", "a", "c"])
    assert.deepStrictEqual(moveAt(["a", "b", "c"], 2, -2), ["c", "a", "b"])
  })

  it("stays where there is no further place", () => {
    assert.deepStrictEqual(moveAt(["a", "b"], 0, -1), ["a", "b"])
    assert.deepStrictEqual(moveAt(["a", "b"], 1, 1), ["a", "b"])
  })
})

describe("replaceAt and removeAt", () => {
  it("touch one place", () => {
    assert.deepStrictEqual(replaceAt(["a", "b"], 1, "c"), ["a", "c"])
    assert.deepStrictEqual(removeAt(["a", "b"], 0), ["b"])
  })
})
