import { assert, layer } from "@effect/vitest"
import { asTenant } from "@innkeeper/database"
import { Effect } from "effect"
import { type Role, type Scope, scopesOf } from "../access/Access.ts"
import { ApiKeys } from "../apikey/ApiKeys.ts"
import { Audit } from "../audit/Audit.ts"
import { call, httpLayer, signedIn } from "../Http.fixture.ts"
import { makePerson, twoTenants } from "../Platform.fixture.ts"
import type { User } from "./User.ts"
import { Users } from "./Users.ts"

const path = "/api/v1/users"

layer(httpLayer)("A person's webhook", (it) => {
  it.effect("is told as a whole to themselves and to who may change people, and by its origin to others", () =>
    Effect.gen(function*() {
      const { acme, ada } = yield* twoTenants("webhook")
      const oscar = yield* makePerson(acme, "oscar-webhook@example.com", "observer")
      const rita = yield* makePerson(acme, "rita-webhook@example.com", "responder")
      const users = yield* Users
      const keys = yield* ApiKeys
      const secret = "https://93.184.216.34:8443/services/T0/B0/secret?key=secret"
      const methods = [{ kind: "webhook", address: secret }, { kind: "email", address: rita.email }] as const
      yield* Effect.forEach(methods, (method) => users.addContactMethod(rita.id, method)).pipe(asTenant(acme))
      const { key } = yield* keys.create({ name: "reader", scopes: ["users:read"], expiresAt: null }).pipe(
        asTenant(acme)
      )
      /** Rita's addresses, in the list and alone. */
      const seenBy = Effect.fnUntraced(function*(headers: Record<string, string>) {
        const one = yield* call("GET", `${path}/${rita.id}`, { headers })
        const { text } = yield* call("GET", path, { headers })
        const all: ReadonlyArray<User> = JSON.parse(text)
        const found = all.find(({ id }) => id === rita.id)
        assert.deepStrictEqual(found, JSON.parse(one.text))
        return found?.contactMethods.map(({ address }) => address)
      })
      const origin = "https://93.184.216.34:8443/…"
      assert.deepStrictEqual(yield* seenBy(yield* signedIn(oscar)), [origin, rita.email])
      assert.deepStrictEqual(yield* seenBy({ authorization: `Bearer ${key}` }), [origin, rita.email])
      assert.deepStrictEqual(yield* seenBy(yield* signedIn(rita)), [secret, rita.email])
      assert.deepStrictEqual(yield* seenBy(yield* signedIn(ada)), [secret, rita.email])
      const recorded = yield* (yield* Audit).search({ action: "contact-method.added", limit: 2 }).pipe(asTenant(acme))
      assert.deepStrictEqual(recorded.map(({ detail }) => detail), [
        { kind: "email", address: rita.email },
        { kind: "webhook", address: origin }
      ])
    }))
})

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
