import { assert, layer } from "@effect/vitest"
import { withPlatform } from "@innkeeper/database"
import { Context, Effect, Layer, Redacted } from "effect"
import { SqlClient } from "effect/sql"
import { adminToken, call, httpLayer, signedIn } from "../Http.fixture.ts"
import { publicUrl, twoTenants } from "../Platform.fixture.ts"
import { adminCookie } from "../tenant/AdminAuthorization.ts"
import { AdminSessions } from "./AdminSessions.ts"

const path = "/api/v1/admin/session"
const tenants = "/api/v1/admin/tenants"

/** The session's cookie, as a browser sends it. */
const open = Effect.gen(function*() {
  const { headers, status } = yield* call("POST", path, { json: { token: adminToken } })
  assert.strictEqual(status, 204)
  const setCookie = `${headers["set-cookie"]}`
  return { setCookie, cookie: setCookie.split(";")[0] ?? "" }
})

const actions = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql<{ readonly action: string }>`SELECT action FROM admin_audit_entry ORDER BY id`.pipe(
    withPlatform("test")
  )
  return rows.map(({ action }) => action)
})

layer(httpLayer)("the console's session", (it) => {
  it.effect("is a cookie that stands for the admin token, until it is signed out", () =>
    Effect.gen(function*() {
      const { cookie, setCookie } = yield* open
      for (const attribute of ["HttpOnly", "Secure", "SameSite=Strict", "Path=/api/v1/admin", "Max-Age=28800"]) {
        assert.include(setCookie, attribute)
      }
      const me = yield* call("GET", path, { headers: { cookie } })
      assert.strictEqual(me.status, 200)
      assert.include(JSON.stringify(me.json["actor"]), "\"kind\":\"session\"")
      assert.strictEqual((yield* call("GET", tenants, { headers: { cookie } })).status, 200)

      const out = yield* call("DELETE", path, { headers: { cookie } })
      assert.strictEqual(out.status, 204)
      assert.include(`${out.headers["set-cookie"]}`, "Max-Age=0")
      assert.strictEqual((yield* call("GET", tenants, { headers: { cookie } })).status, 401)
      assert.includeMembers(yield* actions, ["admin-session.opened", "admin-session.closed"])
    }))

  it.effect("opens with nothing but the admin token, and a refusal is on record", () =>
    Effect.gen(function*() {
      for (const token of ["", "wrong", `${adminToken}.`, adminToken.slice(0, -1)]) {
        const { headers, problem, status } = yield* call("POST", path, { json: { token } })
        assert.deepStrictEqual([status, problem], [401, "unauthorized"], token)
        assert.isUndefined(headers["set-cookie"])
      }
      assert.include(yield* actions, "admin-session.refused")
    }))

  it.effect("is kept as a hash, and over after eight hours", () =>
    Effect.gen(function*() {
      const { cookie } = yield* open
      const sql = yield* SqlClient.SqlClient
      const token = cookie.slice(adminCookie.length + 1)
      const kept = yield* sql<{ readonly row: string }>`SELECT admin_session::text AS row FROM admin_session`.pipe(
        withPlatform("test")
      )
      assert.isAbove(kept.length, 0)
      assert.isFalse(kept.some(({ row }) => row.includes(token) || row.includes(Buffer.from(token).toString("hex"))))
      yield* sql`UPDATE admin_session SET expires_at = expires_at - interval '8 hours'`.pipe(withPlatform("test"))
      assert.strictEqual((yield* call("GET", path, { headers: { cookie } })).status, 401)
    }))

  it.effect("cannot be read by a tenant's request", () =>
    Effect.gen(function*() {
      yield* open
      const sql = yield* SqlClient.SqlClient
      for (const table of ["admin_session", "admin_audit_entry"]) {
        const refused = yield* Effect.flip(sql`SELECT * FROM ${sql(table)}`)
        assert.strictEqual(refused.reason._tag, "AuthorizationError", table)
      }
    }))

  it.effect("ends when the admin token changes", () =>
    Effect.gen(function*() {
      const { cookie } = yield* open
      const token = cookie.slice(adminCookie.length + 1)
      const find = (admin: string) =>
        Layer.build(AdminSessions.layer({ token: Redacted.make(admin) })).pipe(
          Effect.flatMap((context) => Context.get(context, AdminSessions).find(token)),
          Effect.scoped
        )
      assert.strictEqual((yield* find(adminToken))._tag, "Some")
      assert.strictEqual((yield* find("another admin token"))._tag, "None")
    }))

  it.effect("acts from the console's own origin only", () =>
    Effect.gen(function*() {
      const { cookie } = yield* open
      const foreign: ReadonlyArray<Record<string, string>> = [
        { "sec-fetch-site": "cross-site" },
        { "sec-fetch-site": "same-site" },
        { origin: "https://evil.example.com" }
      ]
      for (const headers of foreign) {
        assert.strictEqual((yield* call("DELETE", path, { headers: { ...headers, cookie } })).status, 403)
        assert.strictEqual((yield* call("POST", path, { headers, json: { token: adminToken } })).status, 403)
      }
      const own = { origin: publicUrl, "sec-fetch-site": "same-origin", cookie }
      assert.strictEqual((yield* call("DELETE", path, { headers: own })).status, 204)
    }))

  it.effect("is not a tenant's, and a tenant's is not the console's", () =>
    Effect.gen(function*() {
      const { ada } = yield* twoTenants("console")
      const session = yield* signedIn(ada)
      const { cookie } = yield* open
      assert.strictEqual((yield* call("GET", "/api/v1/users", { headers: { cookie } })).status, 401)
      assert.strictEqual((yield* call("GET", path, { headers: session })).status, 401)
      const value = session.cookie.split("=")[1] ?? ""
      assert.strictEqual((yield* call("GET", path, { headers: { cookie: `${adminCookie}=${value}` } })).status, 401)
    }))
})
