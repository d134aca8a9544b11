import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import { Server } from "./server.fixture.ts"

layer(Server.layer({ env: { DEMO: "true" } }), { excludeTestServices: true, timeout: "170 seconds" })(
  "The server",
  (it) => {
    it.effect("lets the demonstration's admin in", () =>
      Effect.gen(function*() {
        const server = yield* Server
        const admin = yield* server.signIn("ines@lakeside.example.com", server.password)
        const me = yield* server.ok("GET", "/api/v1/session", { headers: admin })
        assert.strictEqual((me.json as { user: { name: string } }).user.name, "Ines Keller")
      }))
  }
)
