import { assert, layer } from "@effect/vitest"
import { TestDatabase } from "@innkeeper/testkit"
import { Effect } from "effect"
import { SqlClient } from "effect/sql"

layer(TestDatabase.layer([]), { excludeTestServices: true })("the order of names", (it) => {
  it.effect("counts numbers, and lets neither case nor accents send a name to the end", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const rows = yield* sql<{ name: string }>`
        SELECT name FROM unnest(ARRAY['Zoe', 'Service 10', 'öl', 'Service 2', 'Öl', '9', 'anna', 'Ämter', '10', 'oboe'])
          AS given (name)
        ORDER BY name COLLATE name_order`
      assert.deepStrictEqual(
        rows.map(({ name }) => name),
        ["9", "10", "Ämter", "anna", "oboe", "öl", "Öl", "Service 2", "Service 10", "Zoe"]
      )
    }))
})
