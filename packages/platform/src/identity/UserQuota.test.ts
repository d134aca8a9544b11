import { assert, layer } from "@effect/vitest"
import { asTenant } from "@innkeeper/database"
import { tenantInput } from "@innkeeper/testkit"
import { Effect } from "effect"
import { call, httpLayer, signedIn } from "../Http.fixture.ts"
import { twoTenants } from "../Platform.fixture.ts"
import { TenantConfigs } from "../tenant/TenantConfigs.ts"
import { Users } from "./Users.ts"

const configure = Effect.fnUntraced(function*(slug: string, users: number) {
  const config = tenantInput(3, { slug, domains: [], quotas: { users, alertsPerMinute: 300, retentionDays: 90 } })
  yield* (yield* TenantConfigs).enter({ tenants: [{ file: slug, config }], dryRun: false, source: "database" })
})

layer(httpLayer)("the quota of people", (it) => {
  it.effect("refuses one more than it allows, new or let in again, and says so", () =>
    Effect.gen(function*() {
      const { acme, ada, bob } = yield* twoTenants("quota")
      yield* configure("acme-quota", 3)
      const headers = yield* signedIn(ada)
      const create = (name: string) =>
        call("POST", "/api/v1/users", {
          headers,
          json: { name, email: `${name}-quota@example.com`, role: "responder" }
        })
      const change = (id: string, active: boolean) =>
        call("PATCH", `/api/v1/users/${id}`, { headers, json: { active } })
      assert.deepStrictEqual([(yield* create("ben")).status, (yield* create("cleo")).status], [200, 200])
      const refused = yield* create("dan")
      assert.deepStrictEqual([refused.status, refused.problem], [409, "conflict"])
      assert.match(String(refused.json.detail), /^The quota of 3 people is used up\./)

      const people = yield* (yield* Users).list.pipe(asTenant(acme))
      const ben = people.find(({ name }) => name === "ben")!
      assert.strictEqual((yield* change(ben.id, false)).status, 200)
      assert.strictEqual((yield* create("dan")).status, 200)
      assert.strictEqual((yield* change(ben.id, true)).status, 409)
      yield* configure("acme-quota", 4)
      assert.strictEqual((yield* change(ben.id, true)).status, 200)
      // Who is let in already takes no place.
      assert.strictEqual((yield* change(ben.id, true)).status, 200)
      const others = yield* call("POST", "/api/v1/users", {
        headers: yield* signedIn(bob),
        json: { name: "Eve", email: "eve-quota@example.com", role: "observer" }
      })
      assert.strictEqual(others.status, 200)
    }))

  it.effect("holds when many come at once", () =>
    Effect.gen(function*() {
      const { acme, ada } = yield* twoTenants("crowd")
      yield* configure("acme-crowd", 5)
      const headers = yield* signedIn(ada)
      const answers = yield* Effect.forEach(
        Array.from({ length: 12 }, (_, n) => `p${n}`),
        (name) =>
          call("POST", "/api/v1/users", {
            headers,
            json: { name, email: `${name}-crowd@example.com`, role: "observer" }
          }),
        { concurrency: "unbounded" }
      )
      assert.lengthOf(answers.filter(({ status }) => status === 200), 4)
      assert.lengthOf(yield* (yield* Users).list.pipe(asTenant(acme)), 5)
    }))

  it.effect("is that of the pooled tier where nothing is configured", () =>
    Effect.gen(function*() {
      const { acme } = yield* twoTenants("unconfigured")
      yield* Effect.forEach(
        Array.from({ length: 49 }, (_, n) => n),
        (n) =>
          Effect.flatMap(Users, (users) =>
            users.create({ name: `P ${n}`, email: `p${n}-un@example.com`, role: "observer" })).pipe(asTenant(acme)),
        { discard: true }
      )
      const error = yield* Effect.flip(
        Effect.flatMap(
          Users,
          (users) =>
            users.create({ name: "One more", email: "more-un@example.com", role: "observer" })
        ).pipe(asTenant(acme))
      )
      assert.strictEqual(error._tag, "Conflict")
    }))
})
