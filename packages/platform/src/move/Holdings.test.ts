import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { added, differences, type Holdings, makeHoldings, rowsIn } from "./Holdings.ts"

const key = Buffer.alloc(32, 7)
const Rows = Schema.Array(Schema.Struct({ table: Schema.Literals(["incident", "alert"]), text: Schema.String }))
type Rows = typeof Rows.Type

const sumOf = (rows: Rows, by = key): Holdings => {
  const { add, held } = makeHoldings(by)
  for (const { table, text } of rows) add(table, text)
  return held()
}

describe("what a database holds of a tenant", () => {
  it.prop("is the same in whatever order the rows are read", [Rows], ([rows]) => {
    const held = sumOf(rows)
    assert.deepStrictEqual(sumOf(rows.toReversed()), held)
    assert.deepStrictEqual(differences(held, sumOf(rows)), [])
    assert.strictEqual(rowsIn(held), rows.length)
  })

  it.prop(
    "differs when one row is lost, changed, doubled, or in another table",
    [Rows, Schema.Int],
    ([rows, number]) => {
      if (rows.length === 0) return
      const [at, held] = [Math.abs(number) % rows.length, sumOf(rows)]
      const one = rows[at]!
      const others = rows.filter((_, index) => index !== at)
      const elsewhere = { ...one, table: one.table === "alert" ? "incident" as const : "alert" as const }
      for (
        const changed of [others, [...rows, one], [...others, { ...one, text: `${one.text}.` }], [...others, elsewhere]]
      ) {
        assert.isNotEmpty(differences(held, sumOf(changed)))
      }
      assert.isNotEmpty(differences(held, sumOf(rows, Buffer.alloc(32, 8))))
    }
  )

  it.prop("is what came beside what was there", [Rows, Rows], ([before, more]) => {
    assert.deepStrictEqual(added(sumOf(before), sumOf([...before, ...more])), sumOf(more))
  })
})
