import { NodeHttpServer } from "@effect/platform-node"
import { assert, layer } from "@effect/vitest"
import { runWithClock } from "@innkeeper/testkit"
import { Effect, Layer, Metric } from "effect"
import { HttpRouter, HttpServerRequest, HttpServerResponse } from "effect/http"
import { RateLimiter } from "effect/persistence"
import { TestClock } from "effect/testing"
import { call } from "../Http.fixture.ts"
import { type Limits, RateLimits } from "./RateLimits.ts"

/** A server whose paths name a kind and a caller, limited to six requests of each a minute. */
const serverOf = (limiter: Layer.Layer<RateLimiter.RateLimiter>) => {
  const limits: Limits = { webhook: 6, api: 6, public: 6, signIn: 6, account: 6 }
  const limited = (kind: keyof Limits) =>
    HttpRouter.add(
      "GET",
      `/${kind}/*`,
      Effect.gen(function*() {
        const { url } = yield* HttpServerRequest.HttpServerRequest
        yield* (yield* RateLimits)[kind](url)
        return HttpServerResponse.text("passed")
      })
    )
  return HttpRouter.serve(Layer.mergeAll(limited("webhook"), limited("account")), {
    disableLogger: true,
    disableListenLog: true
  }).pipe(
    Layer.provideMerge(NodeHttpServer.layerTest),
    Layer.provide(RateLimits.layer(limits)),
    Layer.provide(limiter)
  )
}

/** What an answer says about the limit. */
const stand = Effect.fnUntraced(function*(path: string) {
  const { headers, status } = yield* call("GET", path)
  return [status, headers.ratelimit, headers["retry-after"]]
})

layer(serverOf(RateLimiter.layer.pipe(Layer.provide(RateLimiter.layerStoreMemory))))("RateLimits", (it) => {
  it.effect("tell with each answer how many are left, and for how many seconds until all are again", () =>
    Effect.gen(function*() {
      for (let left = 5; left >= 0; left--) {
        assert.deepStrictEqual(yield* stand("/webhook/told"), [
          200,
          `"webhook";r=${left};t=${(6 - left) * 10}`,
          undefined
        ])
      }
      assert.strictEqual((yield* call("GET", "/webhook/told")).headers["ratelimit-policy"], "\"webhook\";q=6;w=60")
    }))

  it.effect("refuse with a problem document that says when to come back, and keep that word", () =>
    Effect.gen(function*() {
      yield* Effect.replicateEffect(stand("/webhook/refused"), 6)
      const refused = yield* call("GET", "/webhook/refused")
      assert.deepStrictEqual(
        [refused.status, refused.problem, refused.json.retryAfter, refused.headers["retry-after"]],
        [429, "too-many-requests", 60, "60"]
      )
      assert.strictEqual(refused.headers["ratelimit"], "\"webhook\";r=0;t=60")
      yield* TestClock.adjust("30 seconds")
      assert.deepStrictEqual(yield* stand("/webhook/refused"), [429, "\"webhook\";r=0;t=30", "30"])
      yield* TestClock.adjust("29900 millis")
      assert.deepStrictEqual(yield* stand("/webhook/refused"), [429, "\"webhook\";r=0;t=1", "1"])
      yield* TestClock.adjust("100 millis")
      assert.deepStrictEqual(yield* stand("/webhook/refused"), [200, "\"webhook\";r=5;t=10", undefined])
    }))

  it.effect("never refuse who comes at the rate that they allow, for as long as it may be", () =>
    Effect.gen(function*() {
      for (let request = 0; request < 30; request++) {
        assert.strictEqual((yield* stand("/webhook/steady"))[0], 200)
        yield* TestClock.adjust("10 seconds")
      }
    }))

  it.effect("count each caller and each kind apart", () =>
    Effect.gen(function*() {
      yield* Effect.replicateEffect(stand("/webhook/loud"), 7)
      assert.strictEqual((yield* stand("/webhook/loud"))[0], 429)
      assert.strictEqual((yield* stand("/webhook/quiet"))[0], 200)
      assert.strictEqual((yield* stand("/account/loud"))[0], 200)
    }))

  it.effect("let no more through when all come at once", () =>
    Effect.gen(function*() {
      const answers = yield* Effect.all(Array.from({ length: 20 }, () => stand("/webhook/crowd")), {
        concurrency: "unbounded"
      })
      assert.strictEqual(answers.filter(([status]) => status === 200).length, 6)
    }))
})

const failures = Effect.map(
  Metric.snapshot,
  (metrics) => metrics.flatMap((metric) => metric.id === "rate_limiter_failures" ? [metric.state] : [])
)

const limiterOf = (consume: RateLimiter.RateLimiter["consume"]) =>
  Layer.effect(
    RateLimiter.RateLimiter,
    Effect.map(RateLimiter.make, (limiter) => RateLimiter.RateLimiter.of({ ...limiter, consume }))
  ).pipe(Layer.provide(RateLimiter.layerStoreMemory))

const broken = limiterOf(() =>
  Effect.fail(
    new RateLimiter.RateLimiterError({
      reason: new RateLimiter.RateLimitStoreError({ message: "away", cause: "connection refused" })
    })
  )
)

layer(serverOf(broken))("a limiter that is away", (it) => {
  it.effect("lets requests pass, says nothing of limits, and is counted", () =>
    Effect.gen(function*() {
      const before = countOf(yield* failures)
      for (let request = 0; request < 8; request++) {
        assert.deepStrictEqual(yield* stand("/webhook/any"), [200, undefined, undefined])
      }
      assert.strictEqual(countOf(yield* failures), before + 8)
    }))
})

layer(serverOf(limiterOf(() => Effect.never)))("a limiter that does not answer", (it) => {
  it.effect("holds a request up for half a second at most", () =>
    Effect.gen(function*() {
      const before = countOf(yield* failures)
      const answer = yield* runWithClock(stand("/webhook/any"), "100 millis")
      assert.deepStrictEqual(answer, [200, undefined, undefined])
      assert.strictEqual(countOf(yield* failures), before + 1)
    }))
})

const countOf = (states: Effect.Success<typeof failures>) =>
  states.reduce((total, state) => total + ("count" in state ? Number(state.count) : 0), 0)
