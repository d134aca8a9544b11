import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { wavesOf } from "./waves.ts"

const names = Schema.Array(Schema.NonEmptyString)

describe("wavesOf", () => {
  it.prop("puts each stack into exactly one wave", [names, names], ([stacks, canaries]) => {
    assert.deepStrictEqual(wavesOf(stacks, canaries).flat().toSorted(), [...new Set(stacks)].toSorted())
  })

  it.prop("has somebody in the first wave if there is anybody, and a tenth of the others in the second", [names], ([
    stacks
  ]) => {
    const [first, second, third] = wavesOf(stacks, [])
    assert.strictEqual(first.length, Math.min(1, new Set(stacks).size))
    assert.strictEqual(second.length, Math.ceil((second.length + third.length) / 10))
  })

  it("takes one, ten and ninety of a hundred and one", () => {
    const stacks = Array.from({ length: 101 }, (_, index) => `tenant-${index}`)
    assert.deepStrictEqual(wavesOf(stacks, []).map(({ length }) => length), [1, 10, 90])
  })

  it("takes the named canaries first, and forgets those that are not there", () => {
    assert.deepStrictEqual(wavesOf(["d", "c", "b", "a"], ["c", "gone"]), [["c"], ["a"], ["b", "d"]])
  })
})
