import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import { openSocket } from "./request.fixture.ts"
import { Server } from "./server.fixture.ts"
import { makeTenant } from "./tenant.fixture.ts"

const env = { TRUSTED_PROXIES: "127.0.0.1", RATE_LIMIT_PUBLIC: "3", RATE_LIMIT_API: "5" }

const from = (ip: string) => ({ headers: { "x-forwarded-for": ip } })

layer(Server.layer({ env }), { excludeTestServices: true, timeout: "170 seconds" })("Who guesses", (it) => {
  const enqueue = (path: string, body: string) => (ip: string) =>
    Server.use(({ call }) => call("POST", path, { body, ...from(ip) }))

  const look = (ip: string, credentials: Readonly<Record<string, string>>, path = "/api/v1/users") =>
    Server.use(({ call }) => call("GET", path, { headers: { ...credentials, ...from(ip).headers } }))

  const guesses = {
    "keys of integrations": (ip: string) =>
      Server.use(({ call }) => call("POST", `/in/${"a".repeat(32)}`, { body: "{}", ...from(ip) })),
    "keys in events": enqueue("/v2/enqueue", JSON.stringify({ routing_key: "a".repeat(32) })),
    "keys that are none": enqueue("/v2/enqueue", JSON.stringify({ routing_key: "x" })),
    "without a key": enqueue("/v2/enqueue", "[]"),
    "without JSON": enqueue("/v2/enqueue", "{"),
    "keys of changes": enqueue("/v2/change/enqueue", "{}"),
    "API keys": (ip: string) => look(ip, { authorization: "Bearer ik_guessed" }),
    "sessions": (ip: string) => look(ip, { cookie: "innkeeper_session=guessed" }),
    "sessions of the console": (ip: string) => look(ip, { cookie: "innkeeper_admin=guessed" }, "/api/v1/admin/tenants"),
    "links of mails": (ip: string) =>
      Server.use(({ call }) => call("POST", "/api/v1/links/preview", { json: { token: "guessed" }, ...from(ip) }))
  }
  for (const [index, [what, guess]] of Object.entries(guesses).entries()) {
    it.effect(`${what} is one caller with all addresses of an IPv6 network`, () =>
      Effect.gen(function*() {
        const statuses = yield* Effect.forEach(
          [1, 2, 3, 4].map((n) => `2001:db8:${index}:1::${n}`),
          (ip) => Effect.map(guess(ip), ({ status }) => status)
        )
        assert.notInclude(statuses.slice(0, 3), 429)
        assert.strictEqual(statuses[3], 429)
        assert.notStrictEqual((yield* guess(`2001:db8:${index}:2::1`)).status, 429)
      }))
  }

  it.effect("by opening one socket after another is one caller with all addresses of an IPv6 network", () =>
    Effect.gen(function*() {
      const { url } = yield* Server
      const open = (ip: string) => openSocket(`${url}/rpc`, { "x-forwarded-for": ip })
      const lines = yield* Effect.forEach([1, 2, 3, 4, 5, 6], (n) => open(`2001:db8:b:1::${n}`))
      const [switched, refused] = ["HTTP/1.1 101 Switching Protocols", "HTTP/1.1 429 Too Many Requests"]
      assert.deepStrictEqual(lines, [...Array.from({ length: 5 }, () => switched), refused])
      assert.strictEqual(yield* open("2001:db8:b:2::1"), switched)
    }).pipe(Effect.scoped))

  it.effect("sessions keeps nobody out who has one, in the same network too", () =>
    Effect.gen(function*() {
      const { admin } = yield* makeTenant(yield* Server, "signed-in")
      const ip = "2001:db8:c::1"
      yield* Effect.replicateEffect(guesses.sessions(ip), 3)
      const refused = yield* guesses.sessions(ip)
      assert.deepStrictEqual([refused.status, refused.headers["retry-after"]], [429, "60"])
      assert.strictEqual((yield* look(ip, admin)).status, 200)
      assert.strictEqual((yield* look(ip, { cookie: "innkeeper_session=" })).status, 401)
      assert.strictEqual((yield* look(ip, {})).status, 401)
    }))

  it.effect("keys in events is told so in PagerDuty's words, and keeps nobody out who has one", () =>
    Effect.gen(function*() {
      const server = yield* Server
      const tenant = yield* makeTenant(server, "beside")
      const ip = "2001:db8:a::1"
      const send = (routing_key: string) =>
        server.call("POST", "/v2/enqueue", {
          json: { routing_key, event_action: "trigger", payload: { summary: "s", source: "s", severity: "error" } },
          ...from(ip)
        })
      yield* Effect.replicateEffect(send("x"), 3)
      const refused = yield* send("x")
      assert.deepInclude(refused.json, {
        status: "throttle exceeded",
        message: "Requests for this service are arriving too quickly. Please retry later."
      })
      assert.deepStrictEqual([refused.status, refused.headers["retry-after"]], [429, "60"])
      const taken = yield* send(tenant.keys.pagerduty)
      assert.strictEqual(taken.status, 202, taken.text)
    }))
})
