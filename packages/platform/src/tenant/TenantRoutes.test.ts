import { NodeHttpServer } from "@effect/platform-node"
import { assert, layer } from "@effect/vitest"
import { tenantInput } from "@innkeeper/testkit"
import { Effect, Layer, type Schema } from "effect"
import { HttpRouter } from "effect/http"
import { AdminAudit } from "../console/AdminAudit.ts"
import { adminToken, apiLayer, call, httpLayer, signedIn } from "../Http.fixture.ts"
import { platformLayer, twoTenants } from "../Platform.fixture.ts"

const path = "/api/v1/admin/tenants"

layer(httpLayer)("tenants, for the platform's admins", (it) => {
  it.effect("are listed for the admin token (SEC-01)", () =>
    Effect.gen(function*() {
      yield* twoTenants("listed")
      const { status, text } = yield* call("GET", path, { headers: { "x-admin-token": adminToken } })
      assert.strictEqual(status, 200)
      assert.include(text, "\"acme-listed\"")
      assert.include(text, "\"globex-listed\"")
    }))

  it.effect("are shown to nobody else, a tenant's admin neither", () =>
    Effect.gen(function*() {
      const { ada } = yield* twoTenants("hidden")
      const session = yield* signedIn(ada)
      const wrong: ReadonlyArray<Record<string, string>> = [
        {},
        { "x-admin-token": "" },
        { "x-admin-token": "wrong" },
        { "x-admin-token": `${adminToken}.` },
        { "x-admin-token": adminToken.slice(0, -1) },
        { authorization: `Bearer ${adminToken}` },
        session
      ]
      for (const headers of wrong) {
        for (
          const [method, to, json] of [
            ["GET", path],
            ["GET", `${path}/acme-hidden`],
            ["PUT", `${path}/acme-hidden/config`, { version: 0, config: tenantInput(1, { slug: "acme-hidden" }) }],
            ["POST", `${path}/import`, { tenants: [{ file: "a.yaml", config: tenantInput(1) }] }]
          ] as const
        ) {
          const { problem, status, text } = yield* call(method, to, { headers, ...json === undefined ? {} : { json } })
          assert.deepStrictEqual([status, problem], [401, "unauthorized"], `${method} ${to} ${JSON.stringify(headers)}`)
          assert.notInclude(text, "acme")
        }
      }
      const { json } = yield* call("GET", `${path}/acme-hidden`, { headers: { "x-admin-token": adminToken } })
      assert.deepInclude(json, { version: 0, config: null })
    }))

  it.effect("are imported in documents of up to 8 MiB, by admins alone", () =>
    Effect.gen(function*() {
      const headers = { "x-admin-token": adminToken, "content-type": "application/json" }
      const padded = (bytes: number) => `{"tenants":[]${" ".repeat(bytes - 14)}}`
      const statusOf = (bytes: number, headers: Record<string, string>) =>
        Effect.map(call("POST", `${path}/import`, { headers, text: padded(bytes) }), ({ status }) => status)
      assert.strictEqual(yield* statusOf(8 * 1024 * 1024, headers), 200)
      assert.strictEqual(yield* statusOf(8 * 1024 * 1024 + 1, headers), 413)
      assert.strictEqual(yield* statusOf(8 * 1024 * 1024, { "content-type": "application/json" }), 401)
    }))

  it.effect("are imported, shown, and configured by the version that was seen; each change is on the admins' record", () =>
    Effect.gen(function*() {
      const headers = { "x-admin-token": adminToken }
      const json = { tenants: [{ file: "a.yaml", config: tenantInput(1) }] }
      const dry = yield* call("POST", `${path}/import?dryRun=true`, { headers, json })
      assert.deepStrictEqual(dry.json, {
        dryRun: true,
        changes: [{ file: "a.yaml", slug: "t-1", action: "create", fields: [] }]
      })
      assert.strictEqual((yield* call("GET", `${path}/t-1`, { headers })).status, 404)
      assert.strictEqual((yield* call("POST", `${path}/import`, { headers, json })).json.dryRun, false)
      const shown = yield* call("GET", `${path}/t-1`, { headers })
      assert.deepInclude(shown.json, { slug: "t-1", version: 1, source: "database", tier: "isolated" })
      assert.deepStrictEqual(shown.json.config, tenantInput(1))

      const put = (version: number, config: Schema.Json) =>
        call("PUT", `${path}/t-1/config`, { headers, json: { version, config } })
      assert.strictEqual((yield* put(1, tenantInput(1, { name: "One" }))).json.version, 2)
      const late = yield* put(1, tenantInput(1, { name: "Two" }))
      assert.deepStrictEqual([late.status, late.problem, late.json.field], [409, "conflict", "version"])
      const wrong = yield* put(2, tenantInput(1, { tier: "gold", quotas: {} }))
      assert.strictEqual(wrong.status, 422)
      assert.deepStrictEqual(
        (wrong.json.errors as ReadonlyArray<{ readonly path: ReadonlyArray<string> }>).map(({ path }) => path),
        [["config", "tier"]]
      )
      assert.strictEqual((yield* call("GET", `${path}/t-1`, { headers })).json.name, "One")

      const actions = (yield* (yield* AdminAudit).list({ limit: 10 })).map(({ action }) => action)
      assert.deepStrictEqual(actions, ["tenant.configured", "tenants.imported"])
    }))
})

const withoutToken = HttpRouter.serve(apiLayer(), { disableLogger: true, disableListenLog: true }).pipe(
  Layer.provideMerge(NodeHttpServer.layerTest),
  Layer.provideMerge(platformLayer)
)

layer(withoutToken)("an installation without an admin token", (it) => {
  it.effect("answers 503 to every token, the empty one too", () =>
    Effect.gen(function*() {
      for (const token of [undefined, "", "undefined", adminToken]) {
        const headers: Record<string, string> = token === undefined ? {} : { "x-admin-token": token }
        const { problem, status } = yield* call("GET", path, { headers })
        assert.deepStrictEqual([status, problem], [503, "unavailable"], token)
      }
      for (const token of ["", "undefined", adminToken]) {
        const { headers, problem, status } = yield* call("POST", "/api/v1/admin/session", { json: { token } })
        assert.deepStrictEqual([status, problem], [503, "unavailable"], token)
        assert.isUndefined(headers["set-cookie"])
      }
    }))
})
