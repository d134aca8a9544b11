import { assert, layer } from "@effect/vitest"
import { ApiKeys } from "@innkeeper/platform"
import { DateTime, Effect, Layer } from "effect"
import { HttpClient, HttpClientRequest } from "effect/http"
import { TestClock } from "effect/testing"
import { httpLayer } from "../http.fixture.ts"
import { makeScene, servicesLayer } from "../testing.fixture.ts"
import { now, weekly } from "./Schedules.fixture.ts"
import { Schedules } from "./Schedules.ts"

/** A schedule, and a way to ask for it with an API key. */
const prepare = Effect.fnUntraced(function*(slug: string) {
  yield* TestClock.setTime(DateTime.toEpochMillis(now))
  const scene = yield* makeScene(slug)
  const schedules = yield* Schedules
  const primary = yield* scene.as(schedules.create(weekly(scene)))
  const { key } = yield* scene.as(
    (yield* ApiKeys).create({ name: slug, scopes: ["oncall:read", "oncall:override"], expiresAt: null })
  )
  const client = yield* HttpClient.HttpClient
  const ask = Effect.fnUntraced(function*(request: HttpClientRequest.HttpClientRequest) {
    const response = yield* client.execute(HttpClientRequest.bearerToken(request, key))
    return { status: response.status, text: yield* response.text }
  })
  const override = (start: string, end: string) =>
    ask(HttpClientRequest.bodyJsonUnsafe(
      HttpClientRequest.post(`/api/v1/schedules/${primary.id}/overrides`),
      { userId: scene.person("Ben").id, start, end }
    ))
  return { scene, schedules, primary, get: (path: string) => ask(HttpClientRequest.get(path)), override }
})

layer(Layer.provideMerge(httpLayer, servicesLayer))("schedules over HTTP", (it) => {
  it.effect("refuse an instant without a zone or of no day of the calendar", () =>
    Effect.gen(function*() {
      const { get, override, primary, scene, schedules } = yield* prepare("instants")
      const end = "2027-12-01T10:00:00Z"
      for (const start of ["2027-12-01T09:00", "2027-02-30T18:00:00Z"]) {
        assert.strictEqual((yield* override(start, end)).status, 400, start)
      }
      assert.strictEqual((yield* override("2027-12-01T09:00:00Z", "2027-12-01T10:00")).status, 400)
      assert.strictEqual((yield* get("/api/v1/on-call/schedules?at=0")).status, 400)
      assert.strictEqual((yield* get("/api/v1/on-call/schedules?at=2027-12-01T09:00:00Z")).status, 200)
      const { overrides } = yield* scene.as(
        schedules.calendar(primary.id, now, DateTime.add(now, { days: 100 }))
      )
      assert.deepStrictEqual(overrides, [])
      assert.strictEqual((yield* override("2027-12-01T09:00:00+01:00", end)).status, 200)
    }))

  it.effect("draw the last day that an instant can be of", () =>
    Effect.gen(function*() {
      const { get, primary } = yield* prepare("last-day")
      const { status, text } = yield* get(
        `/api/v1/schedules/${primary.id}/calendar?from=9999-12-30T00:00:00Z&until=9999-12-31T23:59:59Z`
      )
      assert.strictEqual(status, 200, text)
    }))
})
