import { assert, describe, it } from "@effect/vitest"
import { Deferred, Effect, Exit, Fiber } from "effect"
import { TestClock } from "effect/testing"
import { toItsEnd } from "./toItsEnd.ts"

/** Something that ends when `goOn` is done, how it ended, and a fiber that waits for it. */
const begun = Effect.gen(function*() {
  const [begun, goOn] = [yield* Deferred.make<void>(), yield* Deferred.make<void>()]
  const ends: Array<string> = []
  const waiting = yield* toItsEnd(
    Deferred.succeed(begun, undefined).pipe(
      Effect.andThen(Deferred.await(goOn)),
      Effect.onExit((exit) => Effect.sync(() => void ends.push(Exit.isSuccess(exit) ? "done" : "stopped"))),
      Effect.as("result")
    )
  ).pipe(Effect.forkChild)
  yield* Deferred.await(begun)
  return { goOn, ends, waiting }
})

describe("what goes to its end", () => {
  it.effect("gives its result", () =>
    Effect.gen(function*() {
      const { goOn, waiting } = yield* begun
      yield* Deferred.succeed(goOn, undefined)
      assert.strictEqual(yield* Fiber.join(waiting), "result")
      assert.strictEqual(yield* Effect.flip(toItsEnd(Effect.fail("refused"))), "refused")
    }))

  it.effect("ends although it is interrupted, and is waited for", () =>
    Effect.gen(function*() {
      const { ends, goOn, waiting } = yield* begun
      const stopping = yield* Effect.forkChild(Fiber.interrupt(waiting))
      yield* TestClock.adjust("4 seconds")
      assert.isUndefined(stopping.pollUnsafe())
      yield* Deferred.succeed(goOn, undefined)
      yield* Fiber.join(stopping)
      assert.deepStrictEqual(ends, ["done"])
    }))

  it.effect("is given up after five seconds", () =>
    Effect.gen(function*() {
      const { ends, waiting } = yield* begun
      const stopping = yield* Effect.forkChild(Fiber.interrupt(waiting))
      yield* TestClock.adjust("6 seconds")
      yield* Fiber.join(stopping)
      assert.deepStrictEqual(ends, ["stopped"])
    }))
})
