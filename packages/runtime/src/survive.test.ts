import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit, Fiber, Schedule } from "effect"
import { TestClock } from "effect/testing"
import { survive } from "./survive.ts"

describe("what is repeated for ever", () => {
  it.effect("goes on after a failure and after a defect, when it has rested", () =>
    Effect.gen(function*() {
      let rounds = 0
      const round = Effect.suspend(() => ++rounds % 2 === 0 ? Effect.fail("away") : Effect.die("lost"))
      yield* round.pipe(survive("A round failed", "1 second"), Effect.forever, Effect.forkScoped)
      yield* TestClock.adjust("3 seconds")
      assert.strictEqual(rounds, 4)
    }).pipe(Effect.scoped))

  it.effect("ends by an interruption", () =>
    Effect.gen(function*() {
      const loop = yield* Effect.interrupt.pipe(
        survive("A round failed"),
        Effect.repeat(Schedule.spaced("1 second")),
        Effect.forkChild
      )
      assert.isTrue(Exit.hasInterrupts(yield* Fiber.await(loop)))
    }))
})
