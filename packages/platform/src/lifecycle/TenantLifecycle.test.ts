import { assert, layer } from "@effect/vitest"
import { withPlatform } from "@innkeeper/database"
import { Effect } from "effect"
import { SqlClient } from "effect/sql"
import { consoleLayer } from "../console/Console.fixture.ts"
import { get, once, operate, pooled, post, stateOf, succeed } from "./Lifecycle.fixture.ts"

layer(consoleLayer, { excludeTestServices: true, timeout: "60 seconds" })("the life of a pooled tenant", (it) => {
  it.effect("is created, changed, suspended and resumed, each once", () =>
    Effect.gen(function*() {
      const slug = "acme"
      yield* succeed(slug, { kind: "create", config: pooled(slug) })
      assert.strictEqual(yield* stateOf(slug), "active")
      yield* succeed(slug, { kind: "apply", config: pooled(slug, { name: "Acme" }) })
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

  it.effect("ends after the retention, and begins again from the archive", () =>
    Effect.gen(function*() {
      const slug = "globex"
      const sql = yield* SqlClient.SqlClient
      const audited = withPlatform("test")(
        sql`SELECT FROM audit_entry WHERE tenant_id = (SELECT id FROM tenant WHERE slug = ${slug})`
      ).pipe(Effect.map((rows) => rows.length))
      yield* succeed(slug, { kind: "create", config: pooled(slug) })
      const before = yield* audited
      assert.isAbove(before, 0)
      yield* succeed(slug, { kind: "offboard", retentionDays: 0 })
      assert.strictEqual(yield* stateOf(slug), "offboarded")
      assert.strictEqual(yield* audited, 0)
      yield* succeed(slug, { kind: "restore" })
      assert.strictEqual(yield* stateOf(slug), "active")
      assert.isAtLeast(yield* audited, before)
    }))

  it.effect("goes on when it is restored before the end of the retention", () =>
    Effect.gen(function*() {
      const slug = "initech"
      yield* succeed(slug, { kind: "create", config: pooled(slug) })
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
      yield* succeed(slug, { kind: "create", config: pooled(slug) })
      yield* operate(slug, { kind: "offboard" })
      const { id } = yield* once(slug, "waiting")
      assert.strictEqual((yield* post(slug, `/operations/${id}/cancel`)).status, 200)
      yield* once(slug, "cancelled")
      assert.strictEqual(yield* stateOf(slug), "active")
      assert.strictEqual((yield* post(slug, `/operations/${id}/cancel`)).status, 409)
    }))
})
