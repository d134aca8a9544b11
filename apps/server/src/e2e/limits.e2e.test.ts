import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import { Server } from "./server.fixture.ts"

const env = { TRUSTED_PROXIES: "127.0.0.1", RATE_LIMIT_PUBLIC: "3" }

layer(Server.layer({ env }), { excludeTestServices: true, timeout: "170 seconds" })("Who guesses", (it) => {
  const guesses = {
    "keys of integrations": (ip: string) =>
      Server.use(({ call }) =>
        call("POST", `/in/${"a".repeat(32)}`, { body: "{}", headers: { "x-forwarded-for": ip } })
      ),
    "links of mails": (ip: string) =>
      Server.use(({ call }) =>
        call("POST", "/api/v1/links/preview", { json: { token: "guessed" }, headers: { "x-forwarded-for": ip } })
      )
  }
  for (const [what, guess] of Object.entries(guesses)) {
    it.effect(`${what} is one caller with all addresses of an IPv6 network`, () =>
      Effect.gen(function*() {
        const statuses = yield* Effect.forEach(
          [1, 2, 3, 4].map((n) => `2001:db8:0:1::${n}`),
          (ip) => Effect.map(guess(ip), ({ status }) => status)
        )
        assert.notInclude(statuses.slice(0, 3), 429)
        assert.strictEqual(statuses[3], 429)
        assert.notStrictEqual((yield* guess("2001:db8:0:2::1")).status, 429)
      }))
  }
})
