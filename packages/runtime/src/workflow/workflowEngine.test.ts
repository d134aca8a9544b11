import { assert, layer } from "@effect/vitest"
import { runWithClock } from "@innkeeper/testkit"
import { Effect, Layer, Schema } from "effect"
import { Sharding } from "effect/cluster"
import { TestClock } from "effect/testing"
import { Activity, Workflow } from "effect/workflow"
import { database, pod } from "./testing.fixture.ts"

const Double = Workflow.make("test/Double", {
  payload: { number: Schema.Int },
  success: Schema.Int,
  idempotencyKey: ({ number }) => String(number)
})

const DoubleLive = Double.toLayer(({ number }) =>
  Activity.make({ name: "double", success: Schema.Int, execute: Effect.succeed(2 * number) })
)

/** Runs one while the clock goes on, as what the engine has to try again waits for it. */
const double = runWithClock(Double.execute({ number: 21 }), "1 millis")

layer(Layer.provideMerge(pod(DoubleLive), database))("a run that has ended", (it) => {
  it.effect("leaves memory within seconds, and keeps its result", () =>
    Effect.gen(function*() {
      const { activeEntityCount } = yield* Sharding.Sharding
      assert.strictEqual(yield* double, 42)
      assert.strictEqual(yield* activeEntityCount, 1)
      yield* TestClock.adjust("6 seconds")
      assert.strictEqual(yield* activeEntityCount, 0)
      assert.strictEqual(yield* double, 42)
    }))
})

layer(Layer.provideMerge(pod(DoubleLive, { kind: "embedded", maxResidentEntities: 25 }), database), {
  excludeTestServices: true
})("more runs than a pod can hold", (it) => {
  it.effect("are done, as each that it holds comes to its end", () =>
    Effect.gen(function*() {
      const numbers = Array.from({ length: 50 }, (_, number) => number)
      const doubled = yield* Effect.forEach(numbers, (number) => Double.execute({ number }), {
        concurrency: "unbounded"
      })
      assert.deepStrictEqual(doubled, numbers.map((number) => 2 * number))
    }))
})
