import { assert, describe, it } from "@effect/vitest"
import { Clock, Duration, Effect, Fiber } from "effect"
import { TestClock } from "effect/testing"
import { makeProviderReturns } from "./ProviderReturns.ts"

const aMinute = Duration.minutes(1)

/** Seconds that a page waits a minute at most for `mail`, while `meanwhile` happens. */
const waited = Effect.fnUntraced(function*(
  returns: ReturnType<typeof makeProviderReturns>,
  meanwhile: Effect.Effect<unknown>,
  atMost = aMinute
) {
  const began = yield* Clock.currentTimeMillis
  const fiber = yield* Effect.forkChild(Effect.andThen(returns.wait("mail", atMost), Clock.currentTimeMillis))
  yield* Effect.forkChild(meanwhile)
  for (let seconds = 0; seconds < 70; seconds++) yield* TestClock.adjust("1 second")
  return ((yield* Fiber.join(fiber)) - began) / 1000
})

describe("a page that waits for its provider", () => {
  it.effect("waits as long as it is told while nothing gets through", () =>
    Effect.gen(function*() {
      assert.strictEqual(yield* waited(makeProviderReturns(), Effect.void), 60)
      assert.strictEqual(yield* waited(makeProviderReturns(), Effect.void, Duration.seconds(2)), 2)
    }))

  it.effect("waits no longer when something gets through, though for five seconds", () =>
    Effect.gen(function*() {
      const returns = makeProviderReturns()
      assert.strictEqual(yield* waited(returns, Effect.delay(returns.note("mail"), "20 seconds")), 20)
      assert.strictEqual(yield* waited(returns, Effect.delay(returns.note("mail"), "2 seconds")), 5)
    }))

  it.effect("does not count what got through before, or by another provider", () =>
    Effect.gen(function*() {
      const returns = makeProviderReturns()
      yield* returns.note("mail")
      assert.strictEqual(yield* waited(returns, Effect.delay(returns.note("hooks.example.com"), "20 seconds")), 60)
    }))
})
