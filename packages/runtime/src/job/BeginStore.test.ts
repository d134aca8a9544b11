import { assert, layer } from "@effect/vitest"
import { OwnerSql, withPlatform } from "@innkeeper/database"
import { makeTenant } from "@innkeeper/testkit"
import { Effect } from "effect"
import { SqlClient } from "effect/sql"
import { planByIndex } from "../byIndex.ts"
import { recentBegins, selectBegins } from "./BeginStore.ts"
import { JobsDatabase } from "./Jobs.fixture.ts"

const place = { queue: "rated", partition: 0 }

/** A thousand jobs of each state; one of each was begun 10 s ago, and those that are begun or ended two hours ago. */
const fill = Effect.gen(function*() {
  const sql = yield* OwnerSql
  const tenant = yield* makeTenant("begins")
  yield* sql`
    INSERT INTO job (id, tenant_id, queue, partition, name, state, priority, payload, attempts, due_at, turn, started_at,
      finished_at)
    SELECT gen_random_uuid(), ${tenant}, 'rated', 0, 'send', state, 'normal', '{}', 5, now(), now(),
      CASE
        WHEN number = 1 THEN now() - interval '10 seconds'
        WHEN state NOT IN ('scheduled', 'ready') THEN now() - interval '2 hours'
      END,
      CASE
        WHEN state NOT IN ('succeeded', 'cancelled', 'dead') THEN NULL
        WHEN number = 1 THEN now() - interval '5 seconds'
        ELSE now() - interval '119 minutes'
      END
    FROM unnest(ARRAY['scheduled', 'ready', 'running', 'succeeded', 'cancelled', 'dead']) AS state,
      generate_series(1, 1000) AS number`
  yield* sql`ANALYZE job`
})

layer(JobsDatabase, { excludeTestServices: true })("what a partition has begun of late", (it) => {
  it.effect("is found by indexes, whatever has become of it", () =>
    Effect.gen(function*() {
      yield* fill
      const sql = yield* SqlClient.SqlClient
      const found = yield* withPlatform("test")(recentBegins(place, 60_000, 100))
      assert.strictEqual(found.length, 6)
      for (const ago of found) assert.isTrue(ago >= 10_000 && ago < 60_000)
      assert.strictEqual((yield* withPlatform("test")(recentBegins(place, 60_000, 3))).length, 3)

      const rows = yield* Effect.andThen(
        planByIndex,
        sql<Record<"QUERY PLAN", string>>`EXPLAIN ${selectBegins(sql, place, 60_000, 100)}`
      ).pipe(withPlatform("test"))
      const plan = rows.map((row) => row["QUERY PLAN"]).join("\n")
      for (const index of ["job_running", "job_begun", "job_finished"]) assert.include(plan, index)
      assert.notInclude(plan, "Seq Scan")
      assert.match(plan, /Index Cond: .*finished_at > /)
    }))
})
