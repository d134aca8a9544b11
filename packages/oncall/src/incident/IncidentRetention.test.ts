import { assert, layer } from "@effect/vitest"
import { OwnerSql } from "@innkeeper/database"
import { TenantConfigs } from "@innkeeper/platform"
import { Actor } from "@innkeeper/platform/api"
import { pooledTenant } from "@innkeeper/testkit"
import { DateTime, Effect } from "effect"
import { makeScene, type Scene, servicesLayer, trigger } from "../testing.fixture.ts"
import type { IncidentId } from "./Incident.ts"
import { deleteExpiredIncidents } from "./IncidentRetention.ts"
import { Incidents } from "./Incidents.ts"

const by = new Actor({ kind: "system", id: null, name: "Test" })
const tables = ["incident", "alert", "timeline_entry", "escalation_run", "notification", "escalation_alarm"] as const

/** Makes an incident so many days older than it is, its id too, as if all of it had happened then. */
const age = Effect.fnUntraced(function*(id: IncidentId, days: number) {
  const owner = yield* OwnerSql
  const at = DateTime.subtract(yield* DateTime.now, { days })
  const older = `${DateTime.toEpochMillis(at).toString(16).padStart(12, "0")}${id.replaceAll("-", "").slice(12)}`
  yield* owner.withTransaction(Effect.gen(function*() {
    yield* owner`SET LOCAL session_replication_role = replica`
    for (const table of tables.slice(1)) {
      yield* owner`UPDATE ${owner(table)} SET incident_id = ${older}::uuid WHERE incident_id = ${id}`
    }
    yield* owner`
      UPDATE incident SET id = ${older}::uuid,
        resolved_at = CASE WHEN resolved_at IS NOT NULL THEN ${DateTime.formatIso(at)}::timestamptz END
      WHERE id = ${id}`
  }))
})

/** An incident that was resolved, or not, so many days ago, with something in each table. */
const makeOld = Effect.fnUntraced(function*(scene: Scene, days: number, resolved = true) {
  const owner = yield* OwnerSql
  const id = yield* trigger(scene, { dedupKey: `${days} ${resolved}` })
  if (resolved) yield* scene.as(Effect.flatMap(Incidents, (incidents) => incidents.resolve(id, by)))
  yield* owner`
    INSERT INTO notification (tenant_id, id, incident_id, run, stage, user_id, contact_method_id, kind, address, status)
    SELECT person.tenant_id, uuidv7(), ${id}, 1, 0, person.id, method.id, 'email', method.address, 'sent'
    FROM user_account person JOIN contact_method method ON method.user_id = person.id
    WHERE person.tenant_id = ${scene.tenantId} LIMIT 1`
  yield* owner`
    INSERT INTO escalation_alarm (tenant_id, incident_id, run, reason) VALUES (${scene.tenantId}, ${id}, 1, 'lost')`
  yield* age(id, days)
})

/** How many incidents there are, and whether each has something in each table. */
const left = Effect.fnUntraced(function*(scene: Scene) {
  const owner = yield* OwnerSql
  const counts = yield* Effect.forEach(tables, (table) =>
    Effect.map(
      owner<{ count: number }>`
        SELECT count(DISTINCT ${owner(table === "incident" ? "id" : "incident_id")})::int AS count
        FROM ${owner(table)} WHERE tenant_id = ${scene.tenantId}`,
      ([row]) => row!.count
    ))
  assert.lengthOf(new Set(counts), 1, `${counts}`)
  return counts[0]
})

const keepFor = Effect.fnUntraced(function*({ document: { tenant: { name, slug } } }: Scene, retentionDays: number) {
  const config = pooledTenant(slug, { name, quotas: { users: 50, alertsPerMinute: 300, retentionDays } })
  yield* (yield* TenantConfigs).enter({ tenants: [{ file: "test", config }], dryRun: false, source: "database" })
})

const run = Effect.flatMap(DateTime.now, deleteExpiredIncidents)

layer(servicesLayer)("the retention of incidents", (it) => {
  it.effect("is a tenant's own; open incidents stay, and so does all of a tenant that is not served", () =>
    Effect.gen(function*() {
      const owner = yield* OwnerSql
      const [week, unconfigured, suspended] = [
        yield* makeScene("week"),
        yield* makeScene("unconfigured"),
        yield* makeScene("suspended")
      ]
      yield* keepFor(week, 7)
      yield* keepFor(suspended, 7)
      yield* owner`UPDATE tenant SET state = 'suspended' WHERE slug = 'suspended'`
      for (const scene of [week, unconfigured, suspended]) {
        for (const days of [6, 8, 89, 91]) yield* makeOld(scene, days)
        yield* makeOld(scene, 400, false)
      }
      assert.strictEqual(yield* run, 4)
      assert.deepStrictEqual([yield* left(week), yield* left(unconfigured), yield* left(suspended)], [2, 4, 5])
      assert.strictEqual(yield* run, 0)
      yield* keepFor(unconfigured, 7)
      assert.strictEqual(yield* run, 2)
    }))

  it.effect("goes on page by page", () =>
    Effect.gen(function*() {
      const owner = yield* OwnerSql
      const scene = yield* makeScene("pages")
      yield* owner`
        INSERT INTO incident (tenant_id, id, number, service_id, dedup_key, title, priority, status, run, alert_count,
          created_at, updated_at, resolved_at)
        SELECT tenant_id, ('00000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, n, id, 'k' || n, 'Old', 'low',
          'resolved', 1, 1, now() - interval '1 year', now(), now() - interval '1 year'
        FROM service, generate_series(1, 450) AS n WHERE tenant_id = ${scene.tenantId} AND name = 'Booking'`
      assert.strictEqual(yield* run, 450)
    }))
})
