import { assert, describe, it } from "@effect/vitest"
import { coloursOf, initialsOf, personColours } from "./personMark.ts"

describe("initialsOf", () => {
  it.each([
    ["Ada Lovelace", "AL"],
    ["Ada  King of Lovelace", "AL"],
    ["Sokrates", "S"],
    ["李 小龙", "李小"],
    ["🦊 Fox", "🦊F"],
    ["", ""]
  ])("%s is %s", (name, initials) => assert.strictEqual(initialsOf(name), initials))
})

describe("coloursOf", () => {
  it("gives neighbours different colours, and starts again when none is left", () => {
    const people = Array.from({ length: personColours + 1 }, (_, index) => `person ${index}`)
    const colours = coloursOf(people)
    assert.strictEqual(new Set(people.slice(0, personColours).map((id) => colours.get(id))).size, personColours)
    assert.strictEqual(colours.get(people.at(-1)!), 0)
  })
})
