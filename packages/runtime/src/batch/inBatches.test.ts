import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit, Fiber, Latch, Schema } from "effect"
import { inBatches } from "./inBatches.ts"

/** Doubles numbers, refuses a batch that holds a negative one, and keeps each batch that it was asked for. */
const doubler = Effect.gen(function*() {
  const batches: Array<ReadonlyArray<number>> = []
  const gate = yield* Latch.make(true)
  const ask = inBatches((items: ReadonlyArray<number>) =>
    Effect.gen(function*() {
      batches.push(items)
      yield* gate.await
      if (items.some((item) => item < 0)) return yield* Effect.fail("negative" as const)
      return items.map((item) => item * 2)
    })
  )
  return { ask, batches, gate }
})

const all = <A, E>(effects: ReadonlyArray<Effect.Effect<A, E>>) => Effect.all(effects, { concurrency: "unbounded" })

/** Lets everything run that can. */
const settle = Effect.repeat(Effect.yieldNow, { times: 50 })

describe("inBatches", () => {
  it.effect("does together what was asked while the previous batch was under way", () =>
    Effect.gen(function*() {
      const { ask, batches, gate } = yield* doubler
      yield* gate.close
      const first = yield* Effect.forkChild(ask(1))
      yield* settle
      const others = yield* Effect.forkChild(all([ask(2), ask(3), ask(4)]))
      yield* settle
      assert.deepStrictEqual(batches, [[1]])
      yield* gate.open
      assert.strictEqual(yield* Fiber.join(first), 2)
      assert.deepStrictEqual(yield* Fiber.join(others), [4, 6, 8])
      assert.deepStrictEqual(batches, [[1], [2, 3, 4]])
    }))

  it.effect.prop(
    "gives each its own outcome, and fails only those at fault",
    [Schema.Array(Schema.Int.check(Schema.isBetween({ minimum: -3, maximum: 20 })))],
    ([items]) =>
      Effect.gen(function*() {
        const { ask } = yield* doubler
        const exits = yield* all(items.map((item) => Effect.exit(ask(item))))
        assert.deepStrictEqual(
          exits,
          items.map((item) => item < 0 ? Exit.fail("negative" as const) : Exit.succeed(item * 2))
        )
      })
  )

  it.effect("keeps batches of several at 500, as items count, and leaves a larger one alone", () =>
    Effect.gen(function*() {
      const sizes: Array<ReadonlyArray<number>> = []
      const ask = inBatches(
        (items: ReadonlyArray<number>) => Effect.sync(() => (sizes.push(items), items)),
        () => true,
        (item) => item
      )
      const items = [300, 200, 1, 499, 700, 2]
      assert.deepStrictEqual(yield* all(items.map(ask)), items)
      assert.deepStrictEqual(sizes, [[300, 200], [1, 499], [700], [2]])
    }))

  it.effect("goes on when somebody stops waiting", () =>
    Effect.gen(function*() {
      const { ask, gate } = yield* doubler
      yield* gate.close
      const first = yield* Effect.forkChild(ask(1))
      const second = yield* Effect.forkChild(ask(2))
      yield* settle
      yield* Effect.forkChild(Fiber.interrupt(first))
      yield* gate.open
      assert.strictEqual(yield* Fiber.join(second), 4)
      assert.strictEqual(yield* ask(3), 6)
    }))
})
