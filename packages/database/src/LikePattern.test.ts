import { assert, layer } from "@effect/vitest"
import { TestDatabase } from "@innkeeper/testkit"
import { Effect, Schema } from "effect"
import { SqlClient } from "effect/sql"
import { beginningWith, containing } from "./LikePattern.ts"

/** Few characters, so that texts have much in common, and all that LIKE reads as more than themselves. */
const Text = Schema.Array(Schema.Literals(["a", "b", "%", "_", "\\"]))

layer(TestDatabase.layer([]))("a pattern of LIKE", (it) => {
  it.effect.prop(
    "finds what has the text in it, or begins with it, and nothing else",
    [Text, Text],
    ([one, other]) =>
      Effect.gen(function*() {
        const sql = yield* SqlClient.SqlClient
        const [whole, part] = [one.join(""), other.slice(0, 2).join("")]
        const [found] = yield* sql<{ has: boolean; begins: boolean }>`
        SELECT ${whole}::text LIKE ${containing(part)} AS has, ${whole}::text LIKE ${beginningWith(part)} AS begins`
        assert.deepStrictEqual(found, { has: whole.includes(part), begins: whole.startsWith(part) })
      })
  )
})
