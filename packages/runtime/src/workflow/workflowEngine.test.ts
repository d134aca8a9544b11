import { assert, layer } from "@effect/vitest"
import { Effect, Layer, Schema } from "effect"
import { Sharding } from "effect/cluster"
import { TestClock } from "effect/testing"
import { Workflow } from "effect/workflow"
import { database, pod } from "./testing.fixture.ts"

const Double = Workflow.make("test/Double", {
  payload: { number: Schema.Int },
  success: Schema.Int,
  idempotencyKey: ({ number }) => String(number)
})

const DoubleLive = Double.toLayer(({ number }) => Effect.succeed(2 * number))

layer(Layer.provideMerge(pod(DoubleLive), database))("a run that has ended", (it) => {
  it.effect("leaves memory within seconds, and keeps its result", () =>
    Effect.gen(function*() {
      const { activeEntityCount } = yield* Sharding.Sharding
      assert.strictEqual(yield* Double.execute({ number: 21 }), 42)
      assert.strictEqual(yield* activeEntityCount, 1)
      yield* TestClock.adjust("6 seconds")
      assert.strictEqual(yield* activeEntityCount, 0)
      assert.strictEqual(yield* Double.execute({ number: 21 }), 42)
    }))
})
