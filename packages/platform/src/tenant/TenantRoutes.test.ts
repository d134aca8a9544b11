import { NodeHttpServer } from "@effect/platform-node"
import { assert, layer } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { HttpRouter } from "effect/http"
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
        const { problem, status, text } = yield* call("GET", path, { headers })
        assert.deepStrictEqual([status, problem], [401, "unauthorized"], JSON.stringify(headers))
        assert.notInclude(text, "acme")
      }
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
