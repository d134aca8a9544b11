import { assert, layer } from "@effect/vitest"
import { asTenant, OwnerSql, withTenant } from "@innkeeper/database"
import { migrations as platform } from "@innkeeper/platform"
import { migrations as runtime } from "@innkeeper/runtime"
import { TestDatabase } from "@innkeeper/testkit"
import { Array, Effect } from "effect"
import { SqlClient } from "effect/sql"
import { selectOpen } from "../alert/IngestStore.ts"
import { migrations } from "../Migrations.ts"
import { arrival, makeScene, servicesLayer } from "../testing.fixture.ts"

layer(servicesLayer)("The lookup of incidents that alerts join", (it) => {
  it.effect("reads only those of their keys, however many are open", () =>
    Effect.gen(function*() {
      const [owner, sql] = [yield* OwnerSql, yield* SqlClient.SqlClient]
      const scene = yield* makeScene("many-open")
      const service = scene.service("Booking").id
      yield* owner`
        INSERT INTO incident (tenant_id, id, number, service_id, dedup_key, title, priority, status, run, alert_count)
        SELECT ${scene.tenantId}::uuid, gen_random_uuid(), n, ${service}::uuid, 'k' || n, 'Open', 'low', 'triggered', 1, 1
        FROM generate_series(1, 20000) AS n`
      yield* owner`ANALYZE incident`
      const arrivals = Array.makeBy(100, (index) => arrival(service, { dedupKey: `k${index}` }))
      const plan = yield* withTenant(sql<Record<"QUERY PLAN", string>>`EXPLAIN ${selectOpen(sql, arrivals)}`).pipe(
        asTenant(scene.tenantId)
      )
      assert.match(plan.map((row) => row["QUERY PLAN"]).join("\n"), /Index Cond: \(\(dedup_key = key.dedup_key\)/)
    }))
})

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
