import { assert, describe, it } from "@effect/vitest"
import { DateTime, Schema } from "effect"
import { firstLine, instant, length, table } from "./table.ts"

describe("table", () => {
  it("aligns columns under their heads", () => {
    const rows = [{ name: "webhooks", ready: 7 }, { name: "a", ready: 12_000 }]
    assert.deepStrictEqual(
      table([
        { head: "QUEUE", cell: ({ name }) => name },
        { head: "READY", cell: ({ ready }) => String(ready), right: true }
      ], rows).split("\n"),
      ["QUEUE     READY", "webhooks      7", "a         12000"]
    )
  })

  it.prop("has a line for each row, none with blanks at its end", [Schema.Array(Schema.NonEmptyString)], ([names]) => {
    const plain = names.map((name) => name.replace(/\s/g, "_"))
    const lines = table([{ head: "NAME", cell: (name: string) => name }], plain).split("\n")
    assert.strictEqual(lines.length, plain.length + 1)
    assert.deepStrictEqual(lines.slice(1), plain)
  })

  it("tells instants and lengths as programs and people read them", () => {
    assert.strictEqual(instant(DateTime.makeUnsafe("2026-11-21T03:12:09.123Z")), "2026-11-21T03:12:09Z")
    assert.strictEqual(instant(null), "-")
    assert.deepStrictEqual([null, 0.41, 93, 1500, 15_000].map(length), ["-", "0.4 s", "93 s", "25 min", "4.2 h"])
    assert.strictEqual(firstLine("one\ntwo"), "one")
    assert.strictEqual(firstLine("abcdef", 4), "abc…")
  })
})
