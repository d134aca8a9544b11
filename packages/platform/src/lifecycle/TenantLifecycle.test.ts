import { assert, layer } from "@effect/vitest"
import { OwnerSql, withPlatform } from "@innkeeper/database"
import { ownTenant, pooledTenant } from "@innkeeper/testkit"
import { Effect, Schedule } from "effect"
import { SqlClient } from "effect/sql"
import { consoleLayer } from "../console/Console.fixture.ts"
import { get, once, operate, post, stateOf, succeed } from "./Lifecycle.fixture.ts"

layer(consoleLayer, { excludeTestServices: true, timeout: "60 seconds" })("the life of a pooled tenant", (it) => {
  it.effect("is created, changed, suspended and resumed, each once", () =>
    Effect.gen(function*() {
      const slug = "acme"
      yield* succeed(slug, { kind: "create", config: pooledTenant(slug) })
      assert.strictEqual(yield* stateOf(slug), "active")
      yield* succeed(slug, { kind: "apply", config: pooledTenant(slug, { name: "Acme" }) })
      assert.strictEqual((yield* get(slug)).json.name, "Acme")
      yield* succeed(slug, { kind: "suspend" })
      assert.strictEqual(yield* stateOf(slug), "suspended")
      const again = yield* operate(slug, { kind: "suspend" })
      assert.deepStrictEqual([again.status, again.json.operation], [200, null])
      yield* succeed(slug, { kind: "resume" })
      assert.strictEqual(yield* stateOf(slug), "active")
      const history = yield* get(slug, "/operations")
      assert.lengthOf(history.json.items as ReadonlyArray<unknown>, 4)
    }))

  it.effect("puts each step on record, and tells the tenant's events", () =>
    Effect.gen(function*() {
      const slug = "umbrella"
      const sql = yield* SqlClient.SqlClient
      yield* succeed(slug, { kind: "create", config: pooledTenant(slug) })
      yield* succeed(slug, { kind: "suspend" })
      const column = (rows: ReadonlyArray<object>) => rows.map((row) => Object.values(row)[0])
      const [actions, entries, events] = yield* withPlatform("test")(Effect.all([
        sql`
          SELECT concat_ws(' ', action, detail->>'step') FROM admin_audit_entry WHERE detail->>'slug' = ${slug}
          ORDER BY id`,
        sql`
          SELECT action FROM audit_entry JOIN tenant ON tenant.id = tenant_id WHERE slug = ${slug} ORDER BY audit_entry.id`,
        sql`
          SELECT type FROM outbox_event JOIN tenant ON tenant.id = tenant_id WHERE slug = ${slug}
          ORDER BY outbox_event.position`
      ]))
      assert.deepStrictEqual(column(actions), [
        "tenant.create.requested",
        "tenant.create.step Open the tenant",
        "tenant.create.succeeded",
        "tenant.suspend.requested",
        "tenant.suspend.step Close the tenant: it answers nobody",
        "tenant.suspend.succeeded"
      ])
      assert.deepStrictEqual(column(entries), ["tenant.created", "tenant.activated", "tenant.suspended"])
      assert.deepStrictEqual(column(events), ["tenant.activated", "tenant.suspended"])
    }))

  it.effect("is refused what cannot be, with what to do", () =>
    Effect.gen(function*() {
      const slug = "vandelay"
      assert.strictEqual((yield* operate(slug, { kind: "suspend" })).status, 404)
      const own = yield* operate(slug, { kind: "create", config: ownTenant(slug) })
      assert.strictEqual(own.status, 409)
      assert.include(own.text, "PROVISIONER is none")
      assert.strictEqual((yield* get(slug)).status, 404)
      const wrong = yield* operate(slug, { kind: "create", config: pooledTenant(slug, { timeZone: "Mars" }) })
      assert.strictEqual(wrong.status, 422)
      assert.include(wrong.text, "timeZone")
      yield* succeed(slug, { kind: "create", config: pooledTenant(slug, { domains: ["alerts.vandelay.example"] }) })
      const taken = yield* operate("kramerica", {
        kind: "create",
        config: pooledTenant("kramerica", { domains: ["alerts.vandelay.example"] })
      })
      assert.strictEqual(taken.status, 422)
      assert.include(taken.text, "the tenant vandelay has it")
      assert.strictEqual((yield* operate(slug, { kind: "resume" })).json.operation, null)
      assert.strictEqual((yield* get(slug, "/operations?cursor=nonsense")).status, 400)
    }))

  it.effect("takes one of two different requests at once", () =>
    Effect.gen(function*() {
      const slug = "wonka"
      yield* succeed(slug, { kind: "create", config: pooledTenant(slug) })
      const answers = yield* Effect.forEach(
        ["suspend", "offboard", "suspend", "offboard"],
        (kind) => operate(slug, { kind }),
        { concurrency: "unbounded" }
      )
      const ids = new Set(
        answers.flatMap(({ json, status }) =>
          status === 200 ? [(json.operation as { readonly id: string } | null)?.id] : []
        )
      )
      yield* once(slug, "succeeded", "waiting")
      const { json } = yield* get(slug, "/operations")
      assert.isAtMost(ids.size, 2)
      assert.lengthOf(json.items as ReadonlyArray<unknown>, [...ids].filter((id) => id !== undefined).length + 1)
    }))

  it.effect("ends after the retention, and begins again from the archive", () =>
    Effect.gen(function*() {
      const slug = "globex"
      const sql = yield* SqlClient.SqlClient
      const audited = withPlatform("test")(
        sql`SELECT FROM audit_entry WHERE tenant_id = (SELECT id FROM tenant WHERE slug = ${slug})`
      ).pipe(Effect.map((rows) => rows.length))
      yield* succeed(slug, { kind: "create", config: pooledTenant(slug) })
      const before = yield* audited
      assert.isAbove(before, 0)
      yield* succeed(slug, { kind: "offboard", retentionDays: 0 })
      assert.strictEqual(yield* stateOf(slug), "offboarded")
      assert.strictEqual(yield* audited, 0)
      yield* succeed(slug, { kind: "restore" })
      assert.strictEqual(yield* stateOf(slug), "active")
      assert.isAtLeast(yield* audited, before)
    }))

  it.effect("goes on with a step whose session to the database was ended", () =>
    Effect.gen(function*() {
      const owner = yield* OwnerSql
      const slug = "stark"
      yield* succeed(slug, { kind: "create", config: pooledTenant(slug) })
      yield* owner`
        INSERT INTO team (tenant_id, id, name) SELECT id, gen_random_uuid(), 'Platform' FROM tenant WHERE slug = ${slug}`
      yield* owner.withTransaction(Effect.gen(function*() {
        yield* owner`SELECT FROM team FOR UPDATE`
        yield* operate(slug, { kind: "offboard", retentionDays: 0 })
        const end = owner`
          SELECT pg_terminate_backend(pid) FROM pg_stat_activity
          WHERE wait_event_type = 'Lock' AND query LIKE '%DELETE FROM "team"%'`
        yield* Effect.andThen(owner`SELECT pg_stat_clear_snapshot()`, end).pipe(
          Effect.repeat({ until: (rows) => rows.length > 0, schedule: Schedule.spaced("50 millis") })
        )
      }))
      assert.deepInclude(yield* once(slug, "succeeded", "failed", "cancelled"), { status: "succeeded", problems: [] })
      assert.lengthOf(yield* owner`SELECT FROM team`, 0)
    }))

  it.effect("goes on when it is restored before the end of the retention", () =>
    Effect.gen(function*() {
      const slug = "initech"
      yield* succeed(slug, { kind: "create", config: pooledTenant(slug) })
      yield* succeed(slug, { kind: "suspend" })
      yield* operate(slug, { kind: "offboard" })
      const waiting = yield* once(slug, "waiting")
      assert.strictEqual(yield* stateOf(slug), "offboarding")
      yield* succeed(slug, { kind: "restore" })
      assert.strictEqual(yield* stateOf(slug), "suspended")
      assert.strictEqual((yield* get(slug, `/operations/${waiting.id}`)).json.status, "cancelled")
    }))

  it.effect("is as before when an off-boarding that waits is cancelled", () =>
    Effect.gen(function*() {
      const slug = "hooli"
      yield* succeed(slug, { kind: "create", config: pooledTenant(slug) })
      yield* operate(slug, { kind: "offboard" })
      const { id } = yield* once(slug, "waiting")
      assert.strictEqual((yield* post(slug, `/operations/${id}/cancel`)).status, 200)
      yield* once(slug, "cancelled")
      assert.strictEqual(yield* stateOf(slug), "active")
      assert.strictEqual((yield* post(slug, `/operations/${id}/cancel`)).status, 409)
    }))
})
