import { assert, layer } from "@effect/vitest"
import { asTenant, OwnerSql, withTenant } from "@innkeeper/database"
import { makeTenant } from "@innkeeper/testkit"
import { DateTime, Effect } from "effect"
import { SqlClient } from "effect/sql"
import { CurrentPrincipal, Principal } from "../access/Authorization.ts"
import { RequestInfo } from "../edge/RequestInfo.ts"
import { platformLayer } from "../Platform.fixture.ts"
import { Audit } from "./Audit.ts"

const entry = (action: string, subject: string | null = null, detail = {}) =>
  Effect.flatMap(Audit, ({ record }) => record({ action, subject, detail }))

const actionsOf = (filter: Parameters<Audit["Service"]["search"]>[0]) =>
  Effect.map(Effect.flatMap(Audit, ({ search }) => search(filter)), (found) => found.map(({ action }) => action))

layer(platformLayer)("Audit", (it) => {
  it.effect("keeps who, what, when and from where; without a principal the platform did it", () =>
    Effect.gen(function*() {
      const tenant = yield* makeTenant("kept")
      const principal = new Principal({
        kind: "api-key",
        id: "key-1",
        tenantId: tenant,
        name: "Terraform",
        scopes: [],
        platformAdmin: false
      })
      yield* entry("thing.changed", "thing:1", { from: "a", to: ["b", null, 1.5] }).pipe(
        Effect.provideService(CurrentPrincipal, principal),
        Effect.provideService(RequestInfo, { requestId: "request-1", ip: "203.0.113.9" }),
        asTenant(tenant)
      )
      yield* asTenant(tenant)(entry("thing.aged"))
      const [aged, changed] = yield* (yield* Audit).search({ limit: 10 }).pipe(asTenant(tenant))
      assert.deepStrictEqual(
        [changed?.actor.kind, changed?.actor.id, changed?.actor.name, changed?.subject, changed?.detail, changed?.ip],
        ["api-key", "key-1", "Terraform", "thing:1", { from: "a", to: ["b", null, 1.5] }, "203.0.113.9"]
      )
      assert.strictEqual(changed?.requestId, "request-1")
      assert.deepStrictEqual([aged?.actor.kind, aged?.actor.id, aged?.ip, aged?.requestId], [
        "system",
        null,
        null,
        null
      ])
    }))

  it.effect("finds by text in any field, taken literally and in any case", () =>
    Effect.gen(function*() {
      const tenant = yield* makeTenant("text")
      yield* asTenant(tenant)(Effect.all([
        entry("a.one", "service:Booking"),
        entry("a.two", null, { email: "Ada@example.com" }),
        entry("a.three", null, { share: "100%" }),
        entry("a.four", "under_score"),
        entry("a.five", "back\\slash")
      ]))
      const found = (text: string) => actionsOf({ text, limit: 10 }).pipe(asTenant(tenant))
      assert.deepStrictEqual(yield* found("booking"), ["a.one"])
      assert.deepStrictEqual(yield* found("  ada@EXAMPLE "), ["a.two"])
      assert.deepStrictEqual(yield* found("%"), ["a.three"])
      assert.deepStrictEqual(yield* found("_"), ["a.four"])
      assert.deepStrictEqual(yield* found("k\\s"), ["a.five"])
      assert.deepStrictEqual(yield* found("' OR true --"), [])
      assert.strictEqual((yield* found("innkeeper")).length, 5)
      assert.strictEqual((yield* found("   ")).length, 5)
    }))

  it.effect("finds by action and by time, from included and until not", () =>
    Effect.gen(function*() {
      const tenant = yield* makeTenant("time")
      const sql = yield* OwnerSql
      for (const action of ["t.one", "t.two", "t.three"]) yield* asTenant(tenant)(entry(action))
      const times = {
        "t.one": "2026-01-01T00:00:00Z",
        "t.two": "2026-01-02T00:00:00Z",
        "t.three": "2026-01-03T00:00:00Z"
      }
      for (const [action, at] of Object.entries(times)) {
        yield* sql`UPDATE audit_entry SET at = ${at}::timestamptz WHERE action = ${action}`
      }
      const found = (filter: object) => actionsOf({ limit: 10, ...filter }).pipe(asTenant(tenant))
      const at = (action: keyof typeof times) => DateTime.makeUnsafe(times[action])
      assert.deepStrictEqual(yield* found({ action: "t.two" }), ["t.two"])
      assert.deepStrictEqual(yield* found({ action: "t" }), [])
      assert.deepStrictEqual(yield* found({ from: at("t.two") }), ["t.three", "t.two"])
      assert.deepStrictEqual(yield* found({ until: at("t.two") }), ["t.one"])
      assert.deepStrictEqual(yield* found({ from: at("t.two"), until: at("t.three") }), ["t.two"])
    }))

  it.effect("belongs to one tenant, and nobody changes or deletes it", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const acme = yield* makeTenant("acme-apart")
      const globex = yield* makeTenant("globex-apart")
      yield* asTenant(acme)(entry("of.acme"))
      assert.deepStrictEqual(yield* asTenant(globex)(actionsOf({ limit: 10 })), [])
      const changes = [sql`UPDATE audit_entry SET action = 'forged'`, sql`DELETE FROM audit_entry`]
      for (const change of changes) {
        assert.strictEqual((yield* Effect.exit(change.pipe(withTenant, asTenant(acme))))._tag, "Failure")
      }
      assert.deepStrictEqual(yield* asTenant(acme)(actionsOf({ limit: 10 })), ["of.acme"])
    }))

  it.effect("is undone with the work that it tells of", () =>
    Effect.gen(function*() {
      const tenant = yield* makeTenant("undone")
      yield* Effect.exit(Effect.andThen(entry("never.happened"), Effect.fail("no")).pipe(withTenant, asTenant(tenant)))
      assert.deepStrictEqual(yield* asTenant(tenant)(actionsOf({ limit: 10 })), [])
    }))
})
