import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { redactJsonText } from "./redactJsonText.ts"

describe("redactJsonText", () => {
  it("leaves out what is secret by name, at any depth, and shows no broken text", () => {
    assert.strictEqual(
      redactJsonText("{\"url\":\"https://a\",\"headers\":[{\"authorization\":\"Bearer x\"}]}"),
      "{\"url\":\"https://a\",\"headers\":[{\"authorization\":\"[redacted]\"}]}"
    )
    assert.strictEqual(redactJsonText("{\"password\":\"hunter2"), "null")
  })

  it.prop("never shows a password", [Schema.Json], ([rest]) => {
    const shown = redactJsonText(JSON.stringify({ rest, inner: { password: "hunter2 hunter2" } }))
    assert.notInclude(shown, "hunter2 hunter2")
    assert.deepStrictEqual(Object.keys(JSON.parse(shown)), ["rest", "inner"])
  })
})
