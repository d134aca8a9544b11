import { assert, layer } from "@effect/vitest"
import { TenantId } from "@innkeeper/config"
import { OwnerSql } from "@innkeeper/database"
import { Effect } from "effect"
import { SqlClient } from "effect/sql"
import { database } from "./testing.fixture.ts"
import { RunCursor, RunSearch, type WorkflowStatus } from "./WorkflowRun.ts"
import { searchRuns, selectRuns, workflowNames } from "./WorkflowRunStore.ts"

const runs = 20_000

const tenant = TenantId.make("00000000-0000-7000-8000-000000000077")

/** Every run has two activities. Of a hundred runs one waits, one failed, one was cancelled, and one of a thousand is at work. */
const fill = Effect.gen(function*() {
  const sql = yield* OwnerSql
  yield* sql`
    INSERT INTO cluster_messages (id, request_id, message_id, shard_id, entity_type, entity_id, kind, tag, payload, headers,
      processed, last_reply_id, last_read)
    SELECT id, id, 'm' || id, 'default:1',
      'Workflow/test/' || CASE WHEN run % 500 = 0 THEN 'Rare' ELSE 'Common' END, md5(run::text), 0,
      CASE part WHEN 0 THEN 'run' ELSE 'activity' END,
      CASE part WHEN 0
        THEN '{"tenantId":"00000000-0000-7000-8000-0000000000' || lpad((run % 100)::text, 2, '0') || '","order":"' || md5('x' || run) || '"}'
        ELSE '{"name":"a' || part || '","attempt":1}' END,
      '{}', run % 1000 <> 5, CASE WHEN run % 1000 <> 5 THEN id + 1 END,
      CASE WHEN run % 2000 = 5 THEN '9999-12-31'::timestamp ELSE now() END
    FROM generate_series(1, ${runs}::int) AS run, generate_series(0, 2) AS part, LATERAL (SELECT run * 10 + part * 2 AS id)`
  yield* sql`
    INSERT INTO cluster_replies (id, request_id, kind, payload)
    SELECT id + 1, id, 0, '{"_tag":"Success","value":{"_tag":' || CASE
        WHEN tag = 'run' AND run % 100 = 1 THEN '"Suspended"}}'
        WHEN tag = 'run' AND run % 100 = 2 THEN '"Complete","exit":{"_tag":"Failure","cause":[{"_tag":"Fail","error":1}]}}}'
        WHEN tag = 'run' AND run % 100 = 3 THEN '"Complete","exit":{"_tag":"Failure","cause":[{"_tag":"Interrupt","fiberId":1}]}}}'
        ELSE '"Complete","exit":{"_tag":"Success","value":null}}}' END
    FROM (SELECT *, id / 10 AS run FROM cluster_messages WHERE processed) AS message`
  yield* sql`ANALYZE cluster_messages`
  yield* sql`ANALYZE cluster_replies`
})

/** How a statement is run, and how many rows are read that it does not give. */
const planOf = Effect.fnUntraced(function*(search: RunSearch) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql<Record<"QUERY PLAN", string>>`EXPLAIN ANALYZE ${selectRuns(sql, search)}`
  return rows.map((row) => row["QUERY PLAN"]).join("\n")
})

layer(database, { excludeTestServices: true, timeout: "60 seconds" })("search among many runs", (it) => {
  it.effect("reads by an index whatever is asked for", () =>
    Effect.gen(function*() {
      yield* fill
      const statuses: Record<WorkflowStatus, number> = {
        "running": 10,
        "waiting-for-version": 10,
        "suspended": 50,
        "failed": 50,
        "cancelled": 50,
        "succeeded": 50
      }
      const searches: ReadonlyArray<readonly [Partial<RunSearch>, number]> = [
        [{}, 50],
        [{ workflow: "test/Rare" }, 40],
        [{ workflow: "test/Rare", status: "succeeded" }, 40],
        [{ tenantId: tenant }, 50],
        [{ text: "c4ca4238a0b923820dcc509a6f75849b" }, 1],
        [{ text: "8000-00000000007" }, 50],
        [{ after: RunCursor.make("1005"), status: "failed" }, 1],
        ...Object.entries(statuses).map(([status, count]) => [{ status: status as WorkflowStatus }, count] as const),
        [{ workflow: "test/Common", status: "failed", tenantId: TenantId.make(tenant.replace("77", "02")) }, 50]
      ]
      for (const [search, count] of searches) {
        const wanted = new RunSearch({ limit: 50, ...search })
        assert.lengthOf(yield* searchRuns(wanted), count, JSON.stringify(search))
        const plan = yield* planOf(wanted)
        assert.notMatch(plan, /Seq Scan/, `${JSON.stringify(search)}\n${plan}`)
      }
      assert.deepStrictEqual(yield* workflowNames, ["test/Common", "test/Rare"])
    }))
})
