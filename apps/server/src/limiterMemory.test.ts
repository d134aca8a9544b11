import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { RateLimiter } from "effect/persistence"
import { TestClock } from "effect/testing"
import { limiterMemory, makeWindows } from "./limiterMemory.ts"

const one = { tokens: 1, refill: 10_000, limit: 6 }

describe("windows of callers", () => {
  it("are forgotten once they have ended", () => {
    const windows = makeWindows(100_000)
    for (let caller = 0; caller < 50_000; caller++) windows.take({ ...one, key: `caller-${caller}` }, caller * 10)
    assert.isAtMost(windows.size(), 2100)
  })

  it("are kept while they are open, however many come after", () => {
    const windows = makeWindows(100_000)
    for (let n = 0; n < 6; n++) windows.take({ ...one, key: "busy" }, 0)
    for (let caller = 0; caller < 50_000; caller++) windows.take({ ...one, key: `caller-${caller}` }, 59_000)
    assert.deepStrictEqual(windows.take({ ...one, key: "busy" }, 59_999), [7, 1])
  })

  it("are never more than are allowed: those that began first go", () => {
    const windows = makeWindows(5000)
    for (let caller = 0; caller < 50_000; caller++) windows.take({ ...one, key: `caller-${caller}` }, 0)
    assert.isAtMost(windows.size(), 5001)
    assert.deepStrictEqual(windows.take({ ...one, key: "caller-49999" }, 0), [2, 20_000])
  })

  it.effect("count as effect's own store does", () =>
    Effect.gen(function*() {
      const answers = Effect.gen(function*() {
        const limiter = yield* RateLimiter.RateLimiter
        const answers = []
        for (const wait of [0, 0, 9999, 1, 0, 0, 0, 0, 30_000, 29_999, 1, 0, 200_000, 0]) {
          yield* TestClock.adjust(wait)
          const asked = limiter.consume({
            algorithm: "fixed-window",
            onExceeded: "fail",
            key: "caller",
            limit: 6,
            window: "1 minute"
          })
          answers.push(
            yield* Effect.match(asked, {
              onFailure: ({ message, reason }) => [message, "retryAfter" in reason ? reason.retryAfter : null],
              onSuccess: ({ remaining, resetAfter }) => [remaining, resetAfter]
            })
          )
        }
        return answers
      })
      // @effect-diagnostics-next-line strictEffectProvide:off
      const on = (store: typeof limiterMemory) => Effect.provide(answers, Layer.provide(RateLimiter.layer, store))
      const own = yield* on(limiterMemory)
      assert.deepStrictEqual(own, yield* on(RateLimiter.layerStoreMemory))
      assert.isTrue(own.some(([first]) => typeof first === "string"))
    }))
})
