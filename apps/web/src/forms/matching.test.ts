import { assert, describe, it } from "@effect/vitest"
import { matching } from "./matching.ts"

describe("matching", () => {
  const names = ["Tomás Ribeiro", "Ines Keller", "佐藤 花"]
  const found = (text: string) =>
    matching(names, text, (name) => [name, undefined, `${name.slice(0, 3)}@inn.example.com`])

  it("finds what has every word, anywhere, whatever the case and the marks of letters", () => {
    assert.deepStrictEqual(found("tomas"), ["Tomás Ribeiro"])
    assert.deepStrictEqual(found("  KELLER ine "), ["Ines Keller"])
    assert.deepStrictEqual(found("花"), ["佐藤 花"])
    assert.deepStrictEqual(found("ines ribeiro"), [])
    assert.deepStrictEqual(found("inn.example"), names)
  })

  it("gives all while nothing is looked for", () => {
    assert.deepStrictEqual(found(" "), names)
  })
})
