import { NodeHttpClient } from "@effect/platform-node"
import { assert, layer } from "@effect/vitest"
import { asTenant } from "@innkeeper/database"
import { SmtpSink, tenantInput } from "@innkeeper/testkit"
import { Effect, Layer, Redacted } from "effect"
import { HttpServer } from "effect/http"
import { ApiKeys } from "../apikey/ApiKeys.ts"
import { call, httpLayer, signedIn } from "../Http.fixture.ts"
import { makePerson, password, twoTenants } from "../Platform.fixture.ts"
import { TenantConfigs } from "../tenant/TenantConfigs.ts"
import { Sessions } from "./Sessions.ts"

const configure = Effect.fnUntraced(function*(slug: string, domains: ReadonlyArray<string>) {
  const config = tenantInput(3, { slug, domains })
  yield* (yield* TenantConfigs).enter({ tenants: [{ file: slug, config }], dryRun: false, source: "database" })
})

const signIn = (host: string, email: string, organisation?: string) =>
  call("POST", "/api/v1/session", {
    headers: { host },
    json: { email, password: Redacted.value(password), ...(organisation === undefined ? {} : { organisation }) }
  })

/** A client that sends the `Host` it is told to, as fetch does not. */
const withHosts = Layer.fresh(HttpServer.layerTestClient).pipe(
  Layer.provide(NodeHttpClient.layerNodeHttp),
  Layer.provideMerge(httpLayer)
)

layer(withHosts)("the domains of a tenant", (it) => {
  it.effect("lead to that tenant alone, by password, link, session or key", () =>
    Effect.gen(function*() {
      const sessions = yield* Sessions
      const { ada, bob, globex } = yield* twoTenants("domains")
      // Ada is known in both, with one password.
      const twin = yield* makePerson(globex, ada.email)
      yield* configure("acme-domains", ["alerts.acme.example"])
      const status = (host: string, email: string, organisation?: string) =>
        Effect.map(signIn(host, email, organisation), (answer) => answer.status)

      assert.strictEqual(yield* status("alerts.acme.example", ada.email), 204)
      assert.strictEqual(yield* status("ALERTS.acme.example:8443", ada.email), 204)
      assert.strictEqual(yield* status("alerts.acme.example", ada.email, "globex-domains"), 401)
      assert.strictEqual(yield* status("alerts.acme.example", bob.email), 401)
      // Elsewhere all is as ever: she has to say which organisation she means.
      assert.strictEqual(yield* status("localhost", ada.email), 409)
      assert.strictEqual(yield* status("localhost", ada.email, "globex-domains"), 204)
      assert.strictEqual(yield* status("unknown.example", bob.email), 204)

      const me = (host: string, headers: Record<string, string>) =>
        Effect.map(call("GET", "/api/v1/session", { headers: { ...headers, host } }), (answer) => answer.status)
      const bobs = yield* signedIn(bob)
      const { key } = yield* (yield* ApiKeys).create({ name: "key", scopes: ["users:read"], expiresAt: null }).pipe(
        asTenant(globex)
      )
      for (const headers of [bobs, { authorization: `Bearer ${key}` }]) {
        assert.deepStrictEqual([yield* me("alerts.acme.example", headers), yield* me("localhost", headers)], [401, 200])
      }

      const invitation = (yield* sessions.makeInvitation(twin.id).pipe(asTenant(globex))).split("#")[1]!
      const redeem = (host: string) =>
        Effect.map(
          call("POST", "/api/v1/session/magic-link/redeem", { headers: { host }, json: { token: invitation } }),
          (answer) => answer.status
        )
      assert.deepStrictEqual([yield* redeem("alerts.acme.example"), yield* redeem("localhost")], [401, 204])
    }))

  it.effect("mail links of that tenant alone", () =>
    Effect.gen(function*() {
      const mailbox = yield* SmtpSink
      const { ada, globex } = yield* twoTenants("links")
      yield* makePerson(globex, ada.email)
      yield* configure("acme-links", ["links.acme.example"])
      const before = (yield* mailbox.mails).length
      yield* (yield* Sessions).mailMagicLink(ada.email)
      assert.strictEqual((yield* mailbox.mails).length, before + 2)
      const answer = yield* call("POST", "/api/v1/session/magic-link", {
        headers: { host: "links.acme.example" },
        json: { email: ada.email }
      })
      assert.strictEqual(answer.status, 204)
      const text = Effect.map(mailbox.mails, (mails) => mails.slice(before + 2).map(({ content }) => content.text))
      const [mailed] = yield* Effect.repeat(text, { until: (texts) => texts.length > 0 })
      assert.match(mailed!, /sign in to acme-links with/)
      yield* (yield* Sessions).mailMagicLink(ada.email)
      assert.strictEqual((yield* mailbox.mails).length, before + 5)
    }))

  it.effect("count from the moment they are entered, and no longer when they go", () =>
    Effect.gen(function*() {
      const { bob } = yield* twoTenants("moved")
      const host = "moved.acme.example"
      assert.strictEqual((yield* signIn(host, bob.email)).status, 204)
      yield* configure("acme-moved", [host])
      assert.strictEqual((yield* signIn(host, bob.email)).status, 401)
      yield* configure("acme-moved", [])
      assert.strictEqual((yield* signIn(host, bob.email)).status, 204)
    }))
})
