import { assert, layer } from "@effect/vitest"
import { asTenant, OwnerSql } from "@innkeeper/database"
import { Viewers } from "@innkeeper/runtime"
import { SocketUnauthorized } from "@innkeeper/runtime/api"
import { tenantInput } from "@innkeeper/testkit"
import { Effect, Layer } from "effect"
import { Headers } from "effect/http"
import { ApiKeys } from "../apikey/ApiKeys.ts"
import { Audit } from "../audit/Audit.ts"
import { Sessions } from "../identity/Sessions.ts"
import { password, platformLayer, twoTenants } from "../Platform.fixture.ts"
import { TenantConfigs } from "../tenant/TenantConfigs.ts"
import { sessionCookie } from "./Authorization.ts"
import { ViewersLive } from "./ViewersLive.ts"

const identify = (headers: Record<string, string>) =>
  Effect.flatMap(Viewers, (viewers) => viewers.identify(Headers.fromInput(headers)))

layer(Layer.provideMerge(ViewersLive, platformLayer), { excludeTestServices: true })(
  "who opens a live connection",
  (it) => {
    it.effect("is known by the cookie of a session or by an API key, as long as these are valid", () =>
      Effect.gen(function*() {
        const { acme, ada } = yield* twoTenants("viewers")
        const sessions = yield* Sessions
        const cookie = `${sessionCookie}=${yield* sessions.signIn({ email: ada.email, password })}`
        assert.deepStrictEqual(yield* identify({ cookie }), {
          tenantId: acme,
          kind: "user",
          id: ada.id,
          name: ada.name
        })

        const keys = yield* ApiKeys
        const { apiKey, key } = yield* keys.create({ name: "feed", scopes: ["incidents:read"], expiresAt: null }).pipe(
          asTenant(acme)
        )
        const authorization = `Bearer ${key}`
        assert.deepStrictEqual(yield* identify({ authorization }), {
          tenantId: acme,
          kind: "api-key",
          id: apiKey.id,
          name: "feed"
        })
        yield* keys.revoke(apiKey.id).pipe(asTenant(acme))
        for (const headers of [{}, { authorization }, { cookie, authorization }, { cookie: `${sessionCookie}=x` }]) {
          assert.instanceOf(yield* Effect.flip(identify(headers)), SocketUnauthorized)
        }
      }))

    it.effect("is nobody of an organisation that is not served, or of another than the host name's", () =>
      Effect.gen(function*() {
        const { acme, ada } = yield* twoTenants("shut")
        const cookie = `${sessionCookie}=${yield* (yield* Sessions).signIn({ email: ada.email, password })}`
        const config = tenantInput(3, { slug: "globex-shut", domains: ["globex.example"] })
        yield* (yield* TenantConfigs).enter({ tenants: [{ file: "test", config }], dryRun: false, source: "database" })
        assert.strictEqual((yield* identify({ cookie, host: "elsewhere.example" })).id, ada.id)
        assert.instanceOf(yield* Effect.flip(identify({ cookie, host: "globex.example" })), SocketUnauthorized)
        yield* (yield* OwnerSql)`UPDATE tenant SET state = 'suspended' WHERE id = ${acme}`
        assert.instanceOf(yield* Effect.flip(identify({ cookie })), SocketUnauthorized)
      }))

    it.effect("is nobody where X-Client-ID names another organisation than theirs, which is on record (SEC-02)", () =>
      Effect.gen(function*() {
        const { acme, ada, globex } = yield* twoTenants("named")
        const cookie = `${sessionCookie}=${yield* (yield* Sessions).signIn({ email: ada.email, password })}`
        const mismatches = (tenant: typeof acme) =>
          Effect.flatMap(Audit, ({ search }) => search({ action: "access.client-mismatch", limit: 10 })).pipe(
            asTenant(tenant),
            Effect.map((entries) => entries.map(({ actor, detail }) => [actor.id, detail]))
          )
        for (const own of [acme, "acme-named"]) {
          assert.strictEqual((yield* identify({ cookie, "x-client-id": own })).id, ada.id)
        }
        assert.deepStrictEqual(yield* mismatches(acme), [])
        const other = { cookie, "x-client-id": "globex-named" }
        assert.instanceOf(yield* Effect.flip(identify(other)), SocketUnauthorized)
        assert.deepStrictEqual(yield* mismatches(acme), [[ada.id, { "x-client-id": "globex-named", path: "/rpc" }]])
        assert.deepStrictEqual(yield* mismatches(globex), [])
      }))

    it.effect("is on record in their own organisation when the connection is closed by the server", () =>
      Effect.gen(function*() {
        const { acme, ada, globex } = yield* twoTenants("violations")
        const { report } = yield* Viewers
        const audit = yield* Audit
        const viewer = { tenantId: acme, kind: "user", id: ada.id, name: ada.name } as const
        yield* report({ action: "socket.limited", viewer, reason: "Too many messages (1008)" })
        yield* report({ action: "socket.refused", viewer: null, reason: "No valid session or key" })
        const found = (tenant: typeof acme) =>
          audit.search({ text: "socket", limit: 10 }).pipe(
            asTenant(tenant),
            Effect.map((entries) => entries.map(({ action, actor, detail }) => [action, actor.id, detail]))
          )
        assert.deepStrictEqual(yield* found(acme), [
          ["socket.limited", ada.id, { reason: "Too many messages (1008)" }]
        ])
        assert.deepStrictEqual(yield* found(globex), [])
      }))
  }
)
