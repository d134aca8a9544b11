import { assert, describe, it } from "@effect/vitest"
import { DateTime, Schema } from "effect"
import { podMarks } from "./podMarks.ts"

const at = (minute: number) => DateTime.makeUnsafe(Date.UTC(2026, 10, 21, 3, minute))

describe("podMarks", () => {
  it("go by the time of the start, whatever the order of the list", () => {
    const pods = [{ id: "young", startedAt: at(9) }, { id: "old", startedAt: at(1) }]
    assert.deepStrictEqual([...podMarks(pods)], [["old", { letter: "A", colour: 0 }], ["young", {
      letter: "B",
      colour: 1
    }]])
    assert.deepStrictEqual(podMarks(pods), podMarks(pods.toReversed()))
  })

  it.prop("give each of any number of pods a letter of its own", [
    Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 800 }))
  ], ([count]) => {
    const marks = podMarks(Array.from({ length: count }, (_, index) => ({ id: `${index}`, startedAt: at(index) })))
    assert.strictEqual(new Set([...marks.values()].map(({ letter }) => letter)).size, count)
  })
})
