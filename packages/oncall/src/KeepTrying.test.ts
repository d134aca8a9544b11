import { assert, it } from "@effect/vitest"
import { Effect, Exit, Fiber, Schema } from "effect"
import { TestClock } from "effect/testing"
import { isInVain, keepTrying } from "./KeepTrying.ts"

const unreadable = Schema.decodeUnknownEffect(Schema.Literal("done"))("something else").pipe(Effect.orDie)

it.effect("what dies is tried until it succeeds, whatever it dies of", () =>
  Effect.gen(function*() {
    let tries = 0
    const mended = Effect.suspend(() => ++tries < 5 ? unreadable : Effect.succeed("done" as const))
    const fiber = yield* Effect.forkChild(keepTrying("A step")(mended))
    yield* TestClock.adjust("1 minute")
    assert.deepStrictEqual([yield* Fiber.join(fiber), tries], ["done", 5])
  }))

it.effect("what no repetition mends is given up where that is asked for, and what is away is not", () =>
  Effect.gen(function*() {
    const step = keepTrying("A step", isInVain)
    assert.isTrue(Exit.hasDies(yield* Effect.exit(step(unreadable))))
    let tries = 0
    const away = Effect.suspend(() => ++tries < 5 ? Effect.die("The database is away") : Effect.succeed("done"))
    const fiber = yield* Effect.forkChild(step(away))
    yield* TestClock.adjust("1 minute")
    assert.strictEqual(yield* Fiber.join(fiber), "done")
  }))
