import { assert, layer } from "@effect/vitest"
import { OwnerSql, withPlatform } from "@innkeeper/database"
import { DateTime, Effect } from "effect"
import { SqlClient } from "effect/sql"
import { platformLayer } from "../Platform.fixture.ts"
import { deleteExpiredEntries } from "./AdminAuditRetention.ts"

/** Entries that were written so many days ago, as if by a clock of then. */
const write = Effect.fnUntraced(function*(count: number, days: number) {
  const at = DateTime.subtract(yield* DateTime.now, { days })
  const time = DateTime.toEpochMillis(at).toString(16).padStart(12, "0")
  yield* (yield* OwnerSql)`
    INSERT INTO admin_audit_entry (id, at, actor, action, detail)
    SELECT (${time} || '7000' || '8000' || lpad(to_hex(n), 12, '0'))::uuid, ${DateTime.formatIso(at)}::timestamptz,
      '{"kind": "token", "sessionId": null}', ${`${days}`}, '{}'
    FROM generate_series(1, ${count}::int) AS n`
})

const left = Effect.map(
  Effect.flatMap(OwnerSql, (owner) =>
    owner<{ action: string; count: number }>`
      SELECT action, count(*)::int AS count FROM admin_audit_entry GROUP BY action ORDER BY action`),
  (rows) => rows.map(({ action, count }) => [action, count])
)

layer(platformLayer, { excludeTestServices: true })("the retention of the admins' record", (it) => {
  it.effect("deletes what is older, page by page, and nothing of the last 90 days whatever is asked for", () =>
    Effect.gen(function*() {
      yield* write(4500, 401)
      yield* write(1, 399)
      yield* write(1, 89)
      const now = yield* DateTime.now
      assert.strictEqual(yield* deleteExpiredEntries(400, now), 4500)
      assert.deepStrictEqual(yield* left, [["399", 1], ["89", 1]])
      assert.strictEqual(yield* deleteExpiredEntries(0, now), 1)
      assert.deepStrictEqual(yield* left, [["89", 1]])
      const sql = yield* SqlClient.SqlClient
      const error = yield* Effect.flip(withPlatform("test")(sql`UPDATE admin_audit_entry SET action = 'forged'`))
      assert.include(error.message + String(error.reason.cause), "permission denied")
    }))
})
