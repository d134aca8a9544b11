import { assert, layer } from "@effect/vitest"
import { withPlatform } from "@innkeeper/database"
import { Effect, Schedule, type Schema } from "effect"
import { SqlClient } from "effect/sql"
import { consoleLayer, operator } from "../console/Console.fixture.ts"
import { call } from "../Http.fixture.ts"

const config = (slug: string, more: Readonly<Record<string, Schema.Json>> = {}) => ({
  tier: "pooled",
  slug,
  name: slug,
  domains: [],
  timeZone: "UTC",
  features: ["oncall"],
  mail: { fromName: "Bell", fromAddress: "bell@example.com" },
  quotas: { users: 10, alertsPerMinute: 100, retentionDays: 30 },
  ...more
})

const path = (slug: string) => `/api/v1/admin/lifecycle/${slug}`
const get = (slug: string, rest = "") => call("GET", `${path(slug)}${rest}`, { headers: operator })
const post = (slug: string, rest: string, json: Schema.Json = {}) =>
  call("POST", `${path(slug)}${rest}`, { headers: operator, json })
const operate = (slug: string, request: Schema.Json) => post(slug, "/operations", request)

type Operation = { readonly id: string; readonly kind: string; readonly status: string }

/** The tenant's last operation once it has the status. */
const once = (slug: string, ...statuses: ReadonlyArray<string>) =>
  Effect.map(get(slug), ({ json }) => json.operation as unknown as Operation).pipe(
    Effect.repeat({ until: ({ status }) => statuses.includes(status), schedule: Schedule.spaced("30 millis") })
  )

const succeed = Effect.fnUntraced(function*(slug: string, request: Schema.Json) {
  const answer = yield* operate(slug, request)
  assert.strictEqual(answer.status, 200, answer.text)
  assert.isNotNull(answer.json.operation, JSON.stringify(request))
  const ended = yield* once(slug, "succeeded", "failed", "cancelled")
  assert.strictEqual(ended.status, "succeeded", JSON.stringify(ended))
  return ended
})

const stateOf = (slug: string) => Effect.map(get(slug), ({ json }) => json.state)

layer(consoleLayer, { excludeTestServices: true, timeout: "60 seconds" })("the life of a pooled tenant", (it) => {
  it.effect("is created, changed, suspended and resumed, each once", () =>
    Effect.gen(function*() {
      const slug = "acme"
      yield* succeed(slug, { kind: "create", config: config(slug) })
      assert.strictEqual(yield* stateOf(slug), "active")
      yield* succeed(slug, { kind: "apply", config: config(slug, { name: "Acme" }) })
      assert.strictEqual((yield* get(slug)).json.name, "Acme")
      yield* succeed(slug, { kind: "suspend" })
      assert.strictEqual(yield* stateOf(slug), "suspended")
      const again = yield* operate(slug, { kind: "suspend" })
      assert.deepStrictEqual([again.status, again.json.operation], [200, null])
      yield* succeed(slug, { kind: "resume" })
      assert.strictEqual(yield* stateOf(slug), "active")
      const history = yield* get(slug, "/operations")
      assert.lengthOf(history.json.items as ReadonlyArray<unknown>, 4)
    }))

  it.effect("ends after the retention, and begins again from the archive", () =>
    Effect.gen(function*() {
      const slug = "globex"
      const sql = yield* SqlClient.SqlClient
      const audited = withPlatform("test")(
        sql`SELECT FROM audit_entry WHERE tenant_id = (SELECT id FROM tenant WHERE slug = ${slug})`
      ).pipe(Effect.map((rows) => rows.length))
      yield* succeed(slug, { kind: "create", config: config(slug) })
      const before = yield* audited
      assert.isAbove(before, 0)
      yield* succeed(slug, { kind: "offboard", retentionDays: 0 })
      assert.strictEqual(yield* stateOf(slug), "offboarded")
      assert.strictEqual(yield* audited, 0)
      yield* succeed(slug, { kind: "restore" })
      assert.strictEqual(yield* stateOf(slug), "active")
      assert.isAtLeast(yield* audited, before)
    }))

  it.effect("goes on when it is restored before the end of the retention", () =>
    Effect.gen(function*() {
      const slug = "initech"
      yield* succeed(slug, { kind: "create", config: config(slug) })
      yield* succeed(slug, { kind: "suspend" })
      yield* operate(slug, { kind: "offboard" })
      const waiting = yield* once(slug, "waiting")
      assert.strictEqual(yield* stateOf(slug), "offboarding")
      yield* succeed(slug, { kind: "restore" })
      assert.strictEqual(yield* stateOf(slug), "suspended")
      assert.strictEqual((yield* get(slug, `/operations/${waiting.id}`)).json.status, "cancelled")
    }))

  it.effect("is as before when an off-boarding that waits is cancelled", () =>
    Effect.gen(function*() {
      const slug = "hooli"
      yield* succeed(slug, { kind: "create", config: config(slug) })
      yield* operate(slug, { kind: "offboard" })
      const { id } = yield* once(slug, "waiting")
      assert.strictEqual((yield* post(slug, `/operations/${id}/cancel`)).status, 200)
      yield* once(slug, "cancelled")
      assert.strictEqual(yield* stateOf(slug), "active")
      assert.strictEqual((yield* post(slug, `/operations/${id}/cancel`)).status, 409)
    }))
})
