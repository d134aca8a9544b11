import { assert, layer } from "@effect/vitest"
import { asTenant } from "@innkeeper/database"
import { Effect } from "effect"
import { type Role, type Scope, scopesOf } from "../access/Access.ts"
import { ApiKeys } from "../apikey/ApiKeys.ts"
import { call, httpLayer } from "../Http.fixture.ts"
import { makePerson, twoTenants } from "../Platform.fixture.ts"

const path = "/api/v1/users"

layer(httpLayer)("A key that may write users", (it) => {
  /** A tenant with an admin and an observer, and a key of it with these scopes. */
  const given = Effect.fnUntraced(function*(name: string, scopes: readonly [Scope, ...ReadonlyArray<Scope>]) {
    const { acme, ada } = yield* twoTenants(name)
    const oscar = yield* makePerson(acme, `oscar-${name}@example.com`, "observer")
    const { key } = yield* (yield* ApiKeys).create({ name, scopes, expiresAt: null }).pipe(asTenant(acme))
    const ask = (method: "POST" | "PATCH" | "PUT", address: string, json: Record<string, string | boolean>) =>
      Effect.map(
        call(method, address, { headers: { authorization: `Bearer ${key}` }, json }),
        ({ problem, status }) => status === 403 ? problem : status
      )
    const enter = (role: Role) => ask("POST", path, { name: "New", email: `new-${role}-${name}@example.com`, role })
    return { ada, oscar, ask, enter }
  })

  it.effect("gives no role that can do more than the key itself", () =>
    Effect.gen(function*() {
      const { ask, enter, oscar } = yield* given("some", ["users:write", ...scopesOf.observer])
      assert.deepStrictEqual(
        [yield* enter("observer"), yield* enter("responder"), yield* enter("admin")],
        [200, "forbidden", "forbidden"]
      )
      assert.strictEqual(yield* ask("PATCH", `${path}/${oscar.id}`, { role: "admin" }), "forbidden")
      assert.strictEqual(yield* ask("PATCH", `${path}/${oscar.id}`, { active: false }), 200)
    }))

  it.effect("takes over nobody who can do more, neither by a password nor by shutting them out", () =>
    Effect.gen(function*() {
      const { ada, ask, oscar } = yield* given("above", ["users:write", ...scopesOf.observer])
      const password = { password: "a long enough password" }
      assert.strictEqual(yield* ask("PUT", `${path}/${ada.id}/password`, password), "forbidden")
      assert.strictEqual(yield* ask("PATCH", `${path}/${ada.id}`, { active: false }), "forbidden")
      assert.strictEqual(yield* ask("PATCH", `${path}/${ada.id}`, { role: "observer" }), "forbidden")
      assert.strictEqual(yield* ask("PUT", `${path}/${oscar.id}/password`, password), 204)
    }))

  it.effect("leads the pages of nobody who can do more elsewhere", () =>
    Effect.gen(function*() {
      const { ada, ask, oscar } = yield* given("pages", ["users:write", ...scopesOf.observer])
      const elsewhere = { kind: "email", address: "elsewhere@example.com" }
      assert.strictEqual(yield* ask("POST", `${path}/${ada.id}/contact-methods`, elsewhere), "forbidden")
      assert.strictEqual(yield* ask("POST", `${path}/${oscar.id}/contact-methods`, elsewhere), 200)
    }))

  it.effect("makes admins when it holds all that an admin may do", () =>
    Effect.gen(function*() {
      const { ada, ask, enter } = yield* given("all", [...scopesOf.admin] as [Scope, ...ReadonlyArray<Scope>])
      assert.strictEqual(yield* enter("admin"), 200)
      assert.strictEqual(yield* ask("PATCH", `${path}/${ada.id}`, { role: "responder" }), 200)
    }))

  it.effect("takes the last admin away from nobody", () =>
    Effect.gen(function*() {
      const { ada, ask } = yield* given("last", [...scopesOf.admin] as [Scope, ...ReadonlyArray<Scope>])
      assert.strictEqual(yield* ask("PATCH", `${path}/${ada.id}`, { role: "responder" }), 409)
      assert.strictEqual(yield* ask("PATCH", `${path}/${ada.id}`, { active: false }), 409)
    }))
})
