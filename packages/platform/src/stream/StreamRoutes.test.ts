import { assert, layer } from "@effect/vitest"
import { asTenant } from "@innkeeper/database"
import { Effect, Fiber, Stream } from "effect"
import { HttpClient, HttpClientRequest } from "effect/http"
import { ApiKeys } from "../apikey/ApiKeys.ts"
import { call, httpLayer, signedIn } from "../Http.fixture.ts"
import { twoTenants } from "../Platform.fixture.ts"
import { Teams } from "../team/Teams.ts"

/** What came until the text holds all of these. */
const readUntil = Effect.fnUntraced(
  function*(path: string, headers: Record<string, string>, ...wanted: ReadonlyArray<string>) {
    const response = yield* HttpClient.execute(
      HttpClientRequest.get(path).pipe(HttpClientRequest.setHeaders(headers))
    )
    assert.strictEqual(response.status, 200)
    return yield* Stream.decodeText(response.stream).pipe(
      Stream.mapAccum(() => "", (before, text) => [before + text, [before + text]] as const),
      Stream.takeUntil((text) => wanted.every((part) => text.includes(part))),
      Stream.runLast,
      Effect.map((text) => text._tag === "Some" ? text.value : "")
    )
  },
  Effect.scoped
)

layer(httpLayer, { excludeTestServices: true })("GET /api/v1/stream", (it) => {
  it.effect("tells a person and an API key what changes in their organisation, and in no other", () =>
    Effect.gen(function*() {
      const { acme, ada, globex } = yield* twoTenants("stream")
      const keys = yield* ApiKeys
      const { key } = yield* keys.create({ name: "reader", scopes: ["incidents:read"], expiresAt: null }).pipe(
        asTenant(acme)
      )
      const person = yield* Effect.forkScoped(
        readUntil("/api/v1/stream", yield* signedIn(ada), "event: resync", "event: change")
      )
      const program = yield* Effect.forkScoped(
        readUntil("/api/v1/stream?types=team.*", { authorization: `Bearer ${key}` }, "event: resync", "event: change")
      )
      const teams = yield* Teams
      const team = (name: string) => teams.create({ name, tags: [], members: [] })
      yield* Effect.sleep("300 millis")
      const foreign = yield* team("Foreign").pipe(asTenant(globex))
      const own = yield* team("Own").pipe(asTenant(acme))
      for (const reader of [person, program]) {
        const text = yield* Fiber.join(reader)
        assert.include(text, `"type":"team.changed","subject":"${own.id}"`)
        assert.notInclude(text, foreign.id)
      }
    }).pipe(Effect.scoped))

  it.effect("is shut to who is not signed in, and says what is wrong with a cursor", () =>
    Effect.gen(function*() {
      const { ada } = yield* twoTenants("stream-shut")
      const { problem, status } = yield* call("GET", "/api/v1/stream")
      assert.deepStrictEqual([status, problem], [401, "unauthorized"])
      const wrong = yield* call("GET", "/api/v1/stream", { headers: { authorization: "Bearer ik_nobodys" } })
      assert.strictEqual(wrong.status, 401)
      const headers = yield* signedIn(ada)
      assert.strictEqual((yield* call("GET", "/api/v1/stream?after=yesterday", { headers })).status, 400)
    }))
})
