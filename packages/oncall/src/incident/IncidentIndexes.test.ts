import { assert, layer } from "@effect/vitest"
import { OwnerSql } from "@innkeeper/database"
import { migrations as platform } from "@innkeeper/platform"
import { migrations as runtime } from "@innkeeper/runtime"
import { TestDatabase } from "@innkeeper/testkit"
import { Effect } from "effect"
import { migrations } from "../Migrations.ts"

layer(TestDatabase.layer([runtime, platform, migrations]), { excludeTestServices: true })(
  "The indexes of incidents",
  (it) => {
    it.effect("let a foreign key find its incident by the primary key, also where nothing is known of the rows", () =>
      Effect.gen(function*() {
        const sql = yield* OwnerSql
        const nobody = "00000000-0000-0000-0000-000000000000"
        const plan = yield* sql<Record<"QUERY PLAN", string>>`
        EXPLAIN SELECT 1 FROM ONLY incident x
        WHERE tenant_id = ${sql.literal(`'${nobody}'::uuid`)} AND id = ${sql.literal(`'${nobody}'::uuid`)}
        FOR KEY SHARE OF x`
        assert.match(plan.map((row) => row["QUERY PLAN"]).join("\n"), /Index Scan using incident_pkey/)
      }))
  }
)
