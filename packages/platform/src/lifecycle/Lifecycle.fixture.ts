/** The lives of tenants over HTTP. Tests only. */
import { assert } from "@effect/vitest"
import { Effect, Schedule, type Schema } from "effect"
import { operator } from "../console/Console.fixture.ts"
import { call } from "../Http.fixture.ts"

const path = (slug: string) => `/api/v1/admin/lifecycle/${slug}`
export const get = (slug: string, rest = "") => call("GET", `${path(slug)}${rest}`, { headers: operator })
export const post = (slug: string, rest: string, json: Schema.Json = {}) =>
  call("POST", `${path(slug)}${rest}`, { headers: operator, json })
export const operate = (slug: string, request: Schema.Json) => post(slug, "/operations", request)

/** An operation as it is shown. */
export interface Operation {
  readonly id: string
  readonly kind: string
  readonly status: string
  readonly step: string | null
  readonly problems: ReadonlyArray<string>
  readonly backup: string | null
  readonly removeAt: string | null
  readonly runId: string | null
}

/** The tenant's last operation once it has the status. */
export const once = (slug: string, ...statuses: ReadonlyArray<string>) =>
  Effect.map(get(slug), ({ json }) => json.operation as unknown as Operation).pipe(
    Effect.repeat({ until: ({ status }) => statuses.includes(status), schedule: Schedule.spaced("30 millis") })
  )

export const stateOf = (slug: string) => Effect.map(get(slug), ({ json }) => json.state)

/** Asks for an operation, and waits for its end. */
export const finish = Effect.fnUntraced(function*(slug: string, request: Schema.Json) {
  const answer = yield* operate(slug, request)
  assert.strictEqual(answer.status, 200, answer.text)
  assert.isNotNull(answer.json.operation, JSON.stringify(request))
  return yield* once(slug, "succeeded", "failed", "cancelled")
})

/** Asks for an operation, and waits until it has succeeded. */
export const succeed = Effect.fnUntraced(function*(slug: string, request: Schema.Json) {
  const ended = yield* finish(slug, request)
  assert.strictEqual(ended.status, "succeeded", JSON.stringify(ended))
  return ended
})
