import { assert, layer } from "@effect/vitest"
import { OwnerSql } from "@innkeeper/database"
import { TestDatabase } from "@innkeeper/testkit"
import { Effect } from "effect"
import { fold } from "./SetupNames.ts"

layer(TestDatabase.layer([]))("names", (it) => {
  it.effect("are folded letter by letter as the database folds them, whatever the script", () =>
    Effect.gen(function*() {
      const sql = yield* OwnerSql
      const rows = yield* sql<{ readonly letter: string; readonly lower: string }>`
        SELECT letter, lower(letter) AS lower
        FROM generate_series(1, 131071) code, chr(CASE WHEN code BETWEEN 55296 AND 57343 THEN 32 ELSE code END) letter
        WHERE unicode_assigned(letter)`
      // A letter of a newer Unicode than this process has is not folded here.
      const known = rows.filter(({ letter }) => /\p{Assigned}/u.test(letter))
      assert.isAbove(known.filter(({ letter, lower }) => lower !== letter).length, 1300)
      assert.deepStrictEqual(known.filter(({ letter, lower }) => fold(letter) !== lower), [])
    }))

  it.effect("are folded whole as the database folds them", () =>
    Effect.gen(function*() {
      const sql = yield* OwnerSql
      for (const name of ["ÉQUIPE É", "Straße STRASSE ẞ", "İstanbul I ı", "ΟΔΟΣ", "Ночь", "𐐀 Deseret", "ǅ ǆ"]) {
        const [row] = yield* sql<{ readonly lower: string }>`SELECT lower(${name}) AS lower`
        assert.strictEqual(fold(name), row?.lower)
      }
    }))
})
