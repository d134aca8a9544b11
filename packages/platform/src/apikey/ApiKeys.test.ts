import { assert, layer } from "@effect/vitest"
import { asTenant, OwnerSql } from "@innkeeper/database"
import { DateTime, Effect, Option } from "effect"
import { Audit } from "../audit/Audit.ts"
import { call, httpLayer, signedIn } from "../Http.fixture.ts"
import { twoTenants } from "../Platform.fixture.ts"
import { ApiKeys } from "./ApiKeys.ts"

const reader = (name: string) => ({ name, scopes: ["users:read"] as const, expiresAt: null })

layer(httpLayer)("ApiKeys", (it) => {
  it.effect("tells a key once and keeps a hash and its last four characters", () =>
    Effect.gen(function*() {
      const keys = yield* ApiKeys
      const sql = yield* OwnerSql
      const { acme } = yield* twoTenants("once")
      const { apiKey, key } = yield* keys.create(reader("reader")).pipe(asTenant(acme))
      assert.match(key, /^ik_[\w-]{43}$/)
      assert.strictEqual(apiKey.hint, key.slice(-4))
      const everywhere = JSON.stringify([
        yield* sql`SELECT api_key::text FROM api_key`,
        yield* sql`SELECT * FROM audit_entry`
      ])
      assert.notInclude(everywhere, key.slice(3, -4))
      assert.notInclude(everywhere, Buffer.from(key).toString("hex"))
      assert.deepStrictEqual(yield* keys.list.pipe(asTenant(acme)), [apiKey])
    }))

  it.effect("tells who holds a key and when it was used last, and nobody for any other text", () =>
    Effect.gen(function*() {
      const keys = yield* ApiKeys
      const { acme } = yield* twoTenants("holder")
      const { apiKey, key } = yield* keys.create(reader("reader")).pipe(asTenant(acme))
      assert.isNull(apiKey.lastUsedAt)
      const holder = Option.getOrThrow(yield* keys.find(key))
      assert.deepStrictEqual(
        [holder.kind, holder.id, holder.tenantId, holder.scopes, holder.role, holder.platformAdmin],
        ["api-key", apiKey.id, acme, ["users:read"], undefined, false]
      )
      assert.isNotNull((yield* keys.list.pipe(asTenant(acme)))[0]?.lastUsedAt)
      for (const text of ["", "ik_", key.slice(3), `${key}x`, key.toUpperCase(), apiKey.id]) {
        assert.isTrue(Option.isNone(yield* keys.find(text)), text)
      }
    }))

  it.effect("takes a name once among the keys that are in use", () =>
    Effect.gen(function*() {
      const keys = yield* ApiKeys
      const { acme, globex } = yield* twoTenants("name")
      const { apiKey } = yield* keys.create(reader("Deploy")).pipe(asTenant(acme))
      const error = yield* Effect.flip(keys.create(reader("deploy")).pipe(asTenant(acme)))
      assert.deepStrictEqual([error._tag, error.field], ["Conflict", "name"])
      yield* keys.create(reader("Deploy")).pipe(asTenant(globex))
      yield* keys.revoke(apiKey.id).pipe(asTenant(acme))
      yield* keys.create(reader("Deploy")).pipe(asTenant(acme))
      assert.strictEqual((yield* keys.list.pipe(asTenant(acme))).length, 2)
    }))

  it.effect("revokes a key for good, of the own tenant only, and keeps the first time", () =>
    Effect.gen(function*() {
      const keys = yield* ApiKeys
      const { acme, globex } = yield* twoTenants("revoke")
      const { apiKey, key } = yield* keys.create(reader("reader")).pipe(asTenant(acme))
      assert.strictEqual((yield* Effect.flip(keys.revoke(apiKey.id).pipe(asTenant(globex))))._tag, "NotFound")
      assert.isTrue(Option.isSome(yield* keys.find(key)))
      const revokedAt = Effect.map(keys.list.pipe(asTenant(acme)), ([found]) => found?.revokedAt)
      yield* keys.revoke(apiKey.id).pipe(asTenant(acme))
      assert.isTrue(Option.isNone(yield* keys.find(key)))
      const first = yield* revokedAt
      yield* keys.revoke(apiKey.id).pipe(asTenant(acme))
      assert.deepStrictEqual(yield* revokedAt, first)
      assert.deepStrictEqual(yield* keys.list.pipe(asTenant(globex)), [])
    }))

  it.effect("ends a key at its time and not before", () =>
    Effect.gen(function*() {
      const keys = yield* ApiKeys
      const { acme } = yield* twoTenants("ends")
      const until = (name: string, seconds: number) =>
        Effect.gen(function*() {
          const [row] = yield* (yield* OwnerSql)<{ readonly at: string }>`
            SELECT to_json(now() + make_interval(secs => ${seconds})) #>> '{}' AS at`
          const { key } = yield* keys.create({ ...reader(name), expiresAt: DateTime.makeUnsafe(row!.at) }).pipe(
            asTenant(acme)
          )
          return Option.isSome(yield* keys.find(key))
        })
      assert.deepStrictEqual([yield* until("hour", 3600), yield* until("past", -1)], [true, false])
    }))

  it.effect("is made, listed without its secret, and revoked over HTTP by admins, with the person on record", () =>
    Effect.gen(function*() {
      const { acme, ada } = yield* twoTenants("http")
      const headers = yield* signedIn(ada)
      const path = "/api/v1/api-keys"
      const made = yield* call("POST", path, { headers, json: { name: "CI", scopes: ["incidents:read"] } })
      assert.strictEqual(made.status, 200)
      const key = `${made.json.key}`
      const used = () => call("GET", "/api/v1/session", { headers: { authorization: `Bearer ${key}` } })
      assert.strictEqual((yield* used()).json.user, null)
      const listed = yield* call("GET", path, { headers })
      assert.include(listed.text, "\"CI\"")
      assert.notInclude(listed.text, key)
      const { id } = JSON.parse(listed.text)[0]
      assert.strictEqual((yield* call("DELETE", `${path}/${id}`, { headers })).status, 204)
      assert.strictEqual((yield* used()).status, 401)
      const entries = yield* (yield* Audit).search({ text: `api-key:${id}`, limit: 5 }).pipe(asTenant(acme))
      assert.deepStrictEqual(entries.map(({ action, actor }) => [action, actor.id]), [
        ["api-key.revoked", ada.id],
        ["api-key.created", ada.id]
      ])
    }))

  it.effect("gives no scope that its maker does not have", () =>
    Effect.gen(function*() {
      const keys = yield* ApiKeys
      const { acme } = yield* twoTenants("escalation")
      const { key } = yield* keys.create({ name: "Rotator", scopes: ["keys:write", "users:read"], expiresAt: null })
        .pipe(
          asTenant(acme)
        )
      const make = (name: string, scopes: ReadonlyArray<string>) =>
        call("POST", "/api/v1/api-keys", {
          headers: { authorization: `Bearer ${key}` },
          json: { name, scopes: [...scopes] }
        })
      const refused = yield* make("more", ["users:read", "users:write"])
      assert.deepStrictEqual([refused.status, refused.problem], [403, "forbidden"])
      assert.include(`${refused.json.detail}`, "users:write")
      assert.strictEqual((yield* make("same", ["keys:write", "users:read"])).status, 200)
      assert.deepStrictEqual((yield* keys.list.pipe(asTenant(acme))).map(({ name }) => name), ["same", "Rotator"])
    }))

  it.effect("is refused over HTTP without scopes, with unknown ones, or with an end that is over or that no database holds", () =>
    Effect.gen(function*() {
      const headers = yield* signedIn((yield* twoTenants("invalid")).ada)
      for (
        const json of [
          { name: "CI", scopes: [] },
          { name: "CI", scopes: ["root"] },
          { name: " ", scopes: ["users:read"] },
          { name: "CI", scopes: ["users:read"], expiresAt: "tomorrow" },
          { name: "CI", scopes: ["users:read"], expiresAt: "+275760-09-13T00:00:00.000Z" }
        ]
      ) {
        assert.strictEqual(
          (yield* call("POST", "/api/v1/api-keys", { headers, json })).status,
          400,
          JSON.stringify(json)
        )
      }
      const over = { name: "CI", scopes: ["users:read"], expiresAt: "1970-01-01T00:00:00Z" }
      const refused = yield* call("POST", "/api/v1/api-keys", { headers, json: over })
      assert.deepStrictEqual([refused.status, refused.json.errors], [422, [
        { path: ["payload", "expiresAt"], message: "expected a time that is still to come" }
      ]])
    }))
})
