import { assert, layer } from "@effect/vitest"
import { asTenant, OwnerSql } from "@innkeeper/database"
import { DateTime, Effect, Redacted } from "effect"
import { ApiKeys } from "../apikey/ApiKeys.ts"
import { Audit } from "../audit/Audit.ts"
import { call, httpLayer, signedIn } from "../Http.fixture.ts"
import { makePerson, password, publicUrl, twoTenants } from "../Platform.fixture.ts"
import type { Scope } from "./Access.ts"

const users = "/api/v1/users"
const newUser = (email: string) => ({ name: "New", email, role: "observer" })

/** A key of a tenant and its headers. */
const makeKey = Effect.fnUntraced(
  function*(
    tenant: Parameters<typeof asTenant>[0],
    name: string,
    scopes: readonly [Scope, ...ReadonlyArray<Scope>],
    expiresAt: DateTime.Utc | null = null
  ) {
    const { apiKey, key } = yield* (yield* ApiKeys).create({ name, scopes, expiresAt }).pipe(asTenant(tenant))
    return { apiKey, headers: { authorization: `Bearer ${key}` } }
  }
)

layer(httpLayer)("Authorization", (it) => {
  it.effect("answers 401 with a problem document to who has no valid credential", () =>
    Effect.gen(function*() {
      const credentials: ReadonlyArray<Record<string, string>> = [
        {},
        { cookie: "innkeeper_session=" },
        { cookie: "innkeeper_session=unknown" },
        { cookie: "other=value" },
        { authorization: "Bearer" },
        { authorization: "Bearer " },
        { authorization: "Bearer ik_unknown" },
        { authorization: "Bearer unknown" },
        { authorization: "Basic YWRhOnNlY3JldA==" },
        { "x-admin-token": "unknown" }
      ]
      for (const headers of credentials) {
        const { json, problem, status } = yield* call("GET", users, { headers })
        assert.deepStrictEqual([status, problem, json.status], [401, "unauthorized", 401], JSON.stringify(headers))
      }
    }))

  it.effect("lets a person do what their role implies, and answers 403 to the rest", () =>
    Effect.gen(function*() {
      const { acme, ada } = yield* twoTenants("roles")
      const observer = yield* makePerson(acme, "observer-roles@example.com", "observer")
      const responder = yield* makePerson(acme, "responder-roles@example.com", "responder")
      for (const person of [observer, responder]) {
        const headers = yield* signedIn(person)
        assert.strictEqual((yield* call("GET", users, { headers })).status, 200)
        const refused = yield* call("POST", users, { headers, json: newUser("refused@example.com") })
        assert.deepStrictEqual([refused.status, refused.problem], [403, "forbidden"])
        assert.include(refused.text, "users:write")
        assert.strictEqual((yield* call("GET", "/api/v1/audit", { headers })).status, 403)
        assert.strictEqual((yield* call("GET", "/api/v1/api-keys", { headers })).status, 403)
      }
      const headers = yield* signedIn(ada)
      assert.strictEqual((yield* call("POST", users, { headers, json: newUser("new-roles@example.com") })).status, 200)
      assert.notInclude((yield* call("GET", users, { headers })).text, "refused@example.com")
    }))

  it.effect("lets a person change themselves and not their role; others need users:write", () =>
    Effect.gen(function*() {
      const { acme, ada, bob } = yield* twoTenants("self")
      const ben = yield* makePerson(acme, "ben-self@example.com", "responder")
      const headers = yield* signedIn(ben)
      const patch = (id: string, json: Record<string, string | boolean>) =>
        Effect.map(call("PATCH", `${users}/${id}`, { headers, json }), ({ status }) => status)
      assert.strictEqual(yield* patch(ben.id, { name: "Ben" }), 200)
      assert.strictEqual(yield* patch(ben.id, { role: "admin" }), 403)
      assert.strictEqual(yield* patch(ben.id, { active: false }), 403)
      assert.strictEqual(yield* patch(ada.id, { name: "Mallory" }), 403)
      const admin = yield* signedIn(ada)
      const asAdmin = (id: string, json: Record<string, string>) =>
        Effect.map(call("PATCH", `${users}/${id}`, { headers: admin, json }), ({ status }) => status)
      assert.strictEqual(yield* asAdmin(ben.id, { role: "observer" }), 200)
      assert.strictEqual(yield* asAdmin(ada.id, { role: "observer" }), 403)
      assert.strictEqual(yield* asAdmin(bob.id, { name: "Mallory" }), 404)
    }))

  it.effect("lets an API key do what its scopes name, in its tenant alone", () =>
    Effect.gen(function*() {
      const { acme, ada, bob } = yield* twoTenants("keys")
      const { headers } = yield* makeKey(acme, "reader", ["users:read"])
      const listed = yield* call("GET", users, { headers })
      assert.strictEqual(listed.status, 200)
      assert.include(listed.text, ada.email)
      assert.notInclude(listed.text, bob.email)
      assert.strictEqual((yield* call("GET", `${users}/${bob.id}`, { headers })).problem, "not-found")
      assert.strictEqual((yield* call("POST", users, { headers, json: newUser("key@example.com") })).status, 403)
      assert.strictEqual(
        (yield* call("GET", "/api/v1/teams", { headers: (yield* makeKey(acme, "o", ["oncall:read"])).headers })).status,
        403
      )
    }))

  it.effect("refuses a key from the moment it is revoked or its time is over", () =>
    Effect.gen(function*() {
      const { acme } = yield* twoTenants("revoked")
      const now = DateTime.makeUnsafe("2100-01-01T00:00:00Z")
      const { apiKey, headers } = yield* makeKey(acme, "expiring", ["users:read"], now)
      const status = Effect.map(call("GET", users, { headers }), (answer) => answer.status)
      assert.strictEqual(yield* status, 200)
      const sql = yield* OwnerSql
      yield* sql`UPDATE api_key SET expires_at = now() - interval '1 second' WHERE id = ${apiKey.id}`
      assert.strictEqual(yield* status, 401)
      yield* sql`UPDATE api_key SET expires_at = NULL WHERE id = ${apiKey.id}`
      assert.strictEqual(yield* status, 200)
      yield* (yield* ApiKeys).revoke(apiKey.id).pipe(asTenant(acme))
      assert.strictEqual(yield* status, 401)
    }))

  it.effect("answers nobody of a tenant that is not served, and says why; once it is served again, all as before", () =>
    Effect.gen(function*() {
      const { acme, ada, bob } = yield* twoTenants("suspended")
      const { headers } = yield* makeKey(acme, "key", ["users:read"])
      const cookie = yield* signedIn(ada)
      const bobs = yield* signedIn(bob)
      const signIn = (email: string, password: string) => call("POST", "/api/v1/session", { json: { email, password } })
      const sql = yield* OwnerSql
      for (const state of ["suspended", "offboarding", "offboarded", "provisioning", "failed"]) {
        yield* sql`UPDATE tenant SET state = ${state} WHERE id = ${acme}`
        for (
          const refused of [
            yield* call("GET", users, { headers }),
            yield* call("GET", users, { headers: cookie }),
            yield* call("GET", "/api/v1/stream", { headers: cookie }),
            yield* signIn(ada.email, Redacted.value(password))
          ]
        ) {
          assert.deepStrictEqual([refused.status, refused.problem], [403, "tenant-not-served"])
          assert.strictEqual(refused.json.state, state)
          assert.match(String(refused.json.detail), /^acme-suspended (is|was|could) .+\.$/)
        }
        // Who does not know the password is told nothing of the organisation.
        assert.strictEqual((yield* signIn(ada.email, "a wrong password")).status, 401)
        assert.strictEqual((yield* call("GET", users, { headers: bobs })).status, 200)
      }
      yield* sql`UPDATE tenant SET state = 'active' WHERE id = ${acme}`
      assert.strictEqual((yield* call("GET", users, { headers })).status, 200)
      assert.strictEqual((yield* call("GET", users, { headers: cookie })).status, 200)
    }))

  it.effect("goes by the key alone where a request brings a key and a cookie", () =>
    Effect.gen(function*() {
      const { acme, ada } = yield* twoTenants("both")
      const { headers } = yield* makeKey(acme, "reader", ["oncall:read"])
      const cookie = yield* signedIn(ada)
      assert.strictEqual((yield* call("GET", users, { headers: { ...cookie, ...headers } })).status, 403)
      const unknown = { ...cookie, authorization: "Bearer ik_unknown" }
      assert.strictEqual((yield* call("GET", users, { headers: unknown })).status, 401)
    }))

  it.effect("takes X-Client-ID of the caller's own tenant, by id or slug, and refuses and records any other (SEC-02)", () =>
    Effect.gen(function*() {
      const { acme, ada, globex } = yield* twoTenants("client")
      const session = yield* signedIn(ada)
      const key = (yield* makeKey(acme, "reader", ["users:read"])).headers
      const status = (caller: Record<string, string>, client: string) =>
        Effect.map(call("GET", users, { headers: { ...caller, "x-client-id": client } }), (answer) => answer.status)
      for (const caller of [session, key]) {
        assert.strictEqual(yield* status(caller, acme), 200)
        assert.strictEqual(yield* status(caller, "acme-client"), 200)
        for (const other of [globex, "globex-client", "unknown", "*"]) {
          assert.strictEqual(yield* status(caller, other), 403, other)
        }
      }
      const search = (yield* Audit).search({ action: "access.client-mismatch", limit: 20 })
      const recorded = yield* asTenant(acme)(search)
      assert.strictEqual(recorded.length, 8)
      assert.deepStrictEqual(recorded.map(({ actor }) => actor.kind).sort().slice(3, 5), ["api-key", "user"])
      assert.include(recorded.map(({ detail }) => JSON.stringify(detail)).join(), globex)
      assert.isTrue(recorded.every(({ ip, requestId }) => ip !== null && requestId !== null))
      assert.deepStrictEqual(yield* asTenant(globex)(search), [])
    }))

  it.effect("refuses what another site makes a browser send with the session's cookie", () =>
    Effect.gen(function*() {
      const { ada } = yield* twoTenants("csrf")
      const session = yield* signedIn(ada)
      const change = (headers: Record<string, string>) =>
        Effect.map(
          call("PATCH", `${users}/${ada.id}`, { headers: { ...session, ...headers }, json: { name: "Ada" } }),
          ({ status }) => status
        )
      for (
        const headers of [
          { "sec-fetch-site": "cross-site" },
          { "sec-fetch-site": "same-site" },
          { "sec-fetch-site": "cross-site", origin: publicUrl },
          { origin: "https://evil.example.com" },
          { origin: "http://innkeeper.example.com" },
          { origin: "null" }
        ]
      ) assert.strictEqual(yield* change(headers), 403, JSON.stringify(headers))
      for (
        const headers of [{ "sec-fetch-site": "same-origin" }, { "sec-fetch-site": "none" }, { origin: publicUrl }, {}]
      ) assert.strictEqual(yield* change(headers), 200, JSON.stringify(headers))
      const look = { ...session, "sec-fetch-site": "cross-site" }
      assert.strictEqual((yield* call("GET", users, { headers: look })).status, 200)
    }))

  it.effect("counts a person's and a key's requests apart and says how many are left", () =>
    Effect.gen(function*() {
      const { acme, ada } = yield* twoTenants("counted")
      const session = yield* signedIn(ada)
      const left = (headers: Record<string, string>) =>
        Effect.map(call("GET", users, { headers }), (answer) => /;r=(\d+);/.exec(answer.headers.ratelimit ?? "")?.[1])
      assert.deepStrictEqual([yield* left(session), yield* left(session)], ["9999", "9998"])
      assert.strictEqual(yield* left((yield* makeKey(acme, "reader", ["users:read"])).headers), "9999")
    }))
})
