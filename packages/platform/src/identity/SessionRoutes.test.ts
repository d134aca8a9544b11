import { assert, layer } from "@effect/vitest"
import { asTenant, OwnerSql } from "@innkeeper/database"
import { SmtpSink } from "@innkeeper/testkit"
import { Effect, Layer, Option, Redacted } from "effect"
import { Cookies } from "effect/http"
import { RateLimiter } from "effect/persistence"
import { sessionCookie } from "../access/Authorization.ts"
import { Audit } from "../audit/Audit.ts"
import { call, httpLayer, signedIn } from "../Http.fixture.ts"
import { makePerson, password, publicUrl, twoTenants } from "../Platform.fixture.ts"
import { browserCookie } from "./makeKnownBrowsers.ts"
import { Sessions } from "./Sessions.ts"

const path = "/api/v1/session"
const secret = Redacted.value(password)

/** A cookie that an answer sets, as it is sent back, and its attributes. */
const cookieOf = ({ cookies }: { readonly cookies: Cookies.Cookies }, name = sessionCookie) => {
  const set = Option.match(Cookies.get(cookies, name), { onNone: () => "", onSome: Cookies.serializeCookie })
  const [pair = "", ...attributes] = set.split("; ")
  return { header: { cookie: pair }, attributes: attributes.map((one) => one.toLowerCase()) }
}

layer(httpLayer)("session over HTTP", (it) => {
  it.effect("signs in with a cookie that scripts and other sites do not get, and out again", () =>
    Effect.gen(function*() {
      const { acme, ada } = yield* twoTenants("cookie")
      const answer = yield* call("POST", path, { json: { email: ada.email, password: secret } })
      assert.strictEqual(answer.status, 204)
      const { attributes, header } = cookieOf(answer)
      assert.includeMembers(attributes, ["path=/", "httponly", "secure", "samesite=lax", "max-age=2592000"])
      const me = yield* call("GET", path, { headers: header })
      assert.strictEqual(me.status, 200)
      assert.deepInclude(me.json.tenant, { id: acme, slug: "acme-cookie" })
      assert.deepInclude(me.json.user, { id: ada.id, email: ada.email })
      assert.deepStrictEqual([me.json.mailbox, me.json.version], [false, "1.2.3"])
      assert.notInclude(me.text.toLowerCase(), "hash")

      const out = yield* call("DELETE", path, { headers: header })
      assert.strictEqual(out.status, 204)
      assert.deepStrictEqual(cookieOf(out).header, { cookie: `${sessionCookie}=` })
      assert.include(cookieOf(out).attributes, "max-age=0")
      assert.strictEqual((yield* call("GET", path, { headers: header })).status, 401)
    }))

  it.effect("sets no cookie for a wrong password, and says which organisation is needed", () =>
    Effect.gen(function*() {
      const { ada, globex } = yield* twoTenants("wrong")
      const wrong = yield* call("POST", path, { json: { email: ada.email, password: "wrong" } })
      assert.deepStrictEqual([wrong.status, wrong.problem, wrong.headers["set-cookie"]], [
        401,
        "unauthorized",
        undefined
      ])
      yield* makePerson(globex, ada.email)
      const several = yield* call("POST", path, { json: { email: ada.email, password: secret } })
      assert.deepStrictEqual([several.status, several.problem], [409, "organisation-needed"])
      const named = { email: ada.email, password: secret, organisation: "globex-wrong" }
      assert.strictEqual((yield* call("POST", path, { json: named })).status, 204)
    }))

  it.effect("answers what is no credential with a problem document that names the fields", () =>
    Effect.gen(function*() {
      const post = (options: Parameters<typeof call>[2]) => call("POST", path, options)
      for (const json of [{}, [], { email: "ada", password: secret }, { email: "a@example.com", password: 7 }]) {
        const { json: { errors, title }, status } = yield* post({ json })
        assert.deepStrictEqual([status, title], [400, "Bad Request"])
        assert.include(JSON.stringify(errors), "\"payload\"")
      }
      assert.include((yield* post({ json: { email: "ada", password: secret } })).text, "ada@example.com")
      assert.strictEqual((yield* post({ text: "{" })).status, 400)
      const xml = yield* post({ text: "<a/>", headers: { "content-type": "application/xml" } })
      assert.deepStrictEqual([xml.status, xml.json.title], [415, "Unsupported Media Type"])
      const long = yield* post({ json: { email: "a@example.com", password: "x".repeat(600_000) } })
      assert.deepStrictEqual([long.status, long.problem], [413, "payload-too-large"])
    }))

  it.effect("limits tries on one account, whichever way its address is written, and not on others", () =>
    Effect.gen(function*() {
      const { ada, bob } = yield* twoTenants("guessing")
      const guess = (email: string) =>
        Effect.map(call("POST", path, { json: { email, password: "wrong" } }), ({ status }) => status)
      for (let tries = 0; tries < 10; tries++) {
        assert.strictEqual(yield* guess(tries % 2 === 0 ? ada.email : ada.email.toUpperCase()), 401)
      }
      const limited = yield* call("POST", path, { json: { email: ada.email, password: secret } })
      assert.deepStrictEqual([limited.status, limited.problem], [429, "too-many-requests"])
      assert.strictEqual(limited.headers["retry-after"], `${limited.json.retryAfter}`)
      assert.strictEqual(yield* guess(bob.email), 401)
    }))

  it.effect("lets a person in beside whoever guesses, where they have signed in before, and no faster than others", () =>
    Effect.gen(function*() {
      const { acme, ada, globex } = yield* twoTenants("known")
      const browserOf = (answer: Parameters<typeof cookieOf>[0]) => cookieOf(answer, browserCookie).header.cookie
      const attempt = (word: string, cookie = "", organisation?: string) =>
        call("POST", path, {
          headers: { cookie },
          json: { email: ada.email, password: word, ...(organisation === undefined ? {} : { organisation }) }
        })
      const statusOf = (...given: Parameters<typeof attempt>) => Effect.map(attempt(...given), ({ status }) => status)
      const invitation = (yield* (yield* Sessions).makeInvitation(ada.id).pipe(asTenant(acme))).split("#")[1]!
      const byLink = yield* call("POST", `${path}/magic-link/redeem`, { json: { token: invitation } })
      const byPassword = yield* attempt(secret)
      // Another organisation can enter her address, too, and sign in as the person that it has made.
      yield* makePerson(globex, ada.email)
      const another = yield* attempt(secret, "", "globex-known")
      for (const answer of [byLink, byPassword, another]) {
        assert.includeMembers(cookieOf(answer, browserCookie).attributes, ["httponly", "secure", "samesite=lax"])
      }
      for (let tries = 0; tries < 10; tries++) yield* attempt("wrong")
      assert.deepStrictEqual(
        [yield* statusOf(secret), yield* statusOf(secret, `${browserOf(byLink)}x`)],
        [429, 429]
      )
      for (const known of [byLink, byPassword]) {
        const entered = yield* attempt(secret, browserOf(known))
        const me = yield* call("GET", path, { headers: cookieOf(entered).header })
        assert.deepInclude(me.json.tenant, { slug: "acme-known" })
      }
      const elsewhere = yield* attempt(secret, browserOf(another))
      assert.deepInclude((yield* call("GET", path, { headers: cookieOf(elsewhere).header })).json.tenant, {
        slug: "globex-known"
      })
      assert.strictEqual(yield* statusOf(secret, browserOf(another), "acme-known"), 429)
      for (let tries = 0; tries < 8; tries++) assert.strictEqual(yield* statusOf("wrong", browserOf(byLink)), 401)
      for (const known of [byLink, byPassword]) assert.strictEqual(yield* statusOf(secret, browserOf(known)), 429)
    }))

  it.effect("answers the same whether a link is mailed or there is nobody to mail one to", () =>
    Effect.gen(function*() {
      const mailbox = yield* SmtpSink
      const { ada } = yield* twoTenants("magic")
      const ask = (email: string) => call("POST", `${path}/magic-link`, { json: { email } })
      const [known, unknown] = [yield* ask(ada.email), yield* ask("nobody-magic@example.com")]
      assert.deepStrictEqual([known.status, known.text], [204, ""])
      assert.deepStrictEqual([unknown.status, unknown.text], [204, ""])
      const mail = yield* mailbox.next
      const token = /#([\w-]+)/.exec(mail.content.text ?? "")?.[1] ?? ""
      const redeem = call("POST", `${path}/magic-link/redeem`, { json: { token } })
      const { header } = cookieOf(yield* redeem)
      assert.deepInclude((yield* call("GET", path, { headers: header })).json.user, { id: ada.id })
      assert.strictEqual((yield* redeem).status, 401)
    }))

  it.effect("signs nobody in by a page of another site", () =>
    Effect.gen(function*() {
      const { ada } = yield* twoTenants("foreign")
      const requests = [
        [path, { email: ada.email, password: secret }],
        [`${path}/magic-link`, { email: ada.email }],
        [`${path}/magic-link/redeem`, { token: "x" }]
      ] as const
      const foreign: ReadonlyArray<Record<string, string>> = [
        { "sec-fetch-site": "cross-site" },
        { "sec-fetch-site": "same-site" },
        { origin: "https://evil.example.com" }
      ]
      for (const [address, json] of requests) {
        for (const headers of foreign) {
          const { headers: { "set-cookie": cookie }, problem, status } = yield* call("POST", address, { headers, json })
          assert.deepStrictEqual([status, problem, cookie], [403, "forbidden", undefined], address)
        }
        const own = yield* call("POST", address, {
          headers: { origin: publicUrl, "sec-fetch-site": "same-origin" },
          json
        })
        assert.notStrictEqual(own.status, 403, address)
      }
    }))

  it.effect("signs out, and puts it on record once, also where the organisation is not served and where it is done already", () =>
    Effect.gen(function*() {
      const { acme, ada } = yield* twoTenants("leaving")
      const session = yield* signedIn(ada)
      const sql = yield* OwnerSql
      yield* sql`UPDATE tenant SET state = 'suspended' WHERE id = ${acme}`
      const foreign = yield* call("DELETE", path, { headers: { ...session, "sec-fetch-site": "cross-site" } })
      assert.deepStrictEqual([foreign.status, foreign.headers["set-cookie"]], [403, undefined])
      assert.strictEqual((yield* call("GET", path, { headers: session })).problem, "tenant-not-served")
      for (const headers of [session, session, {}]) {
        const out = yield* call("DELETE", path, { headers })
        assert.deepStrictEqual([out.status, cookieOf(out).header.cookie], [204, `${sessionCookie}=`])
      }
      yield* sql`UPDATE tenant SET state = 'active' WHERE id = ${acme}`
      assert.strictEqual((yield* call("GET", path, { headers: session })).status, 401)
      const closed = yield* (yield* Audit).search({ action: "session.closed", limit: 10 }).pipe(asTenant(acme))
      assert.deepStrictEqual(closed.map(({ actor, subject }) => [actor.id, subject]), [[ada.id, `user:${ada.id}`]])
    }))

  it.effect("ends a person's other sessions with a new password, which needs the old one", () =>
    Effect.gen(function*() {
      const { acme, ada } = yield* twoTenants("password")
      const ben = yield* makePerson(acme, "ben-password@example.com")
      const [here, there] = [yield* signedIn(ben), yield* signedIn(ben)]
      const set = (headers: Record<string, string>, id: string, json: Record<string, string>) =>
        Effect.map(call("PUT", `/api/v1/users/${id}/password`, { headers, json }), ({ status }) => status)
      const known = (headers: Record<string, string>) =>
        Effect.map(call("GET", path, { headers }), ({ status }) => status === 200)
      const next = "another correct horse"
      assert.strictEqual(yield* set(here, ben.id, { password: next }), 422)
      assert.strictEqual(yield* set(here, ben.id, { password: next, currentPassword: "wrong" }), 422)
      assert.strictEqual(yield* set(here, ben.id, { password: "short", currentPassword: secret }), 400)
      assert.strictEqual(yield* set(here, ada.id, { password: next, currentPassword: secret }), 403)
      assert.deepStrictEqual([yield* known(here), yield* known(there)], [true, true])
      assert.strictEqual(yield* set(here, ben.id, { password: next, currentPassword: secret }), 204)
      assert.deepStrictEqual([yield* known(here), yield* known(there)], [true, false])
      assert.strictEqual(yield* set(yield* signedIn(ada), ben.id, { password: "set by an admin" }), 204)
      assert.isFalse(yield* known(here))
    }))

  it.effect("lets who sits down at an open session guess the password no faster than at the sign-in", () =>
    Effect.gen(function*() {
      const { ada, bob } = yield* twoTenants("open")
      const change = (headers: Record<string, string>, id: string, currentPassword: string) =>
        Effect.map(
          call("PUT", `/api/v1/users/${id}/password`, {
            headers,
            json: { password: "another correct horse", currentPassword }
          }),
          ({ status }) => status
        )
      const session = yield* signedIn(ada)
      for (let tries = 0; tries < 10; tries++) assert.strictEqual(yield* change(session, ada.id, `wrong ${tries}`), 422)
      assert.strictEqual(yield* change(session, ada.id, secret), 429)
      assert.strictEqual(yield* change(yield* signedIn(bob), bob.id, secret), 204)
    }))

  it.effect("ends a person's sessions when they are deactivated", () =>
    Effect.gen(function*() {
      const { acme, ada } = yield* twoTenants("deactivated")
      const ben = yield* makePerson(acme, "ben-deactivated@example.com")
      const session = yield* signedIn(ben)
      const admin = yield* signedIn(ada)
      const active = (json: boolean) =>
        call("PATCH", `/api/v1/users/${ben.id}`, { headers: admin, json: { active: json } })
      assert.strictEqual((yield* active(false)).status, 200)
      assert.strictEqual((yield* call("GET", path, { headers: session })).status, 401)
      assert.strictEqual((yield* active(true)).status, 200)
      assert.strictEqual((yield* call("GET", path, { headers: session })).status, 401)
    }))
})

layer(Layer.fresh(httpLayer))("a network from which somebody guesses", (it) => {
  it.effect("lets in who has a link, or a browser in which they have signed in before", () =>
    Effect.gen(function*() {
      const { acme, ada } = yield* twoTenants("crowd")
      const invite = Effect.map(
        Effect.flatMap(Sessions, ({ makeInvitation }) => makeInvitation(ada.id)),
        (link) => link.split("#")[1]!
      ).pipe(asTenant(acme))
      const attempt = (cookie: string) =>
        Effect.map(
          call("POST", path, { headers: { cookie }, json: { email: ada.email, password: secret } }),
          ({ status }) => status
        )
      const redeem = (token: string) => call("POST", `${path}/magic-link/redeem`, { json: { token } })
      const known = cookieOf(yield* redeem(yield* invite), browserCookie).header.cookie
      const limiter = yield* RateLimiter.RateLimiter
      for (const ip of ["127.0.0.1", "::/64"]) {
        const used = { algorithm: "fixed-window", onExceeded: "fail", limit: 10_000, window: "1 minute" } as const
        yield* limiter.consume({ ...used, key: `signIn:${ip}`, tokens: 10_000 })
      }
      assert.deepStrictEqual([yield* attempt(""), (yield* redeem("guessed")).status], [429, 429])
      assert.deepStrictEqual([yield* attempt(known), (yield* redeem(yield* invite)).status], [204, 204])
    }))
})
