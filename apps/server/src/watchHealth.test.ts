import { assert, layer } from "@effect/vitest"
import { Health, Unhealthy } from "@innkeeper/runtime"
import { Effect, Layer, Metric } from "effect"
import { TestClock } from "effect/testing"
import { watchHealth } from "./watchHealth.ts"

/** What the metric says of the dependency that a test has. */
const measured = Effect.map(
  Metric.snapshot,
  (metrics) =>
    metrics.flatMap(({ attributes, id, state }) =>
      id === "health_dependency_up" && attributes?.["name"] === "watched" && "value" in state
        ? [Number(state.value)]
        : []
    )
)

layer(Layer.provideMerge(watchHealth, Layer.fresh(Health.layer)))("the watch on health", (it) => {
  it.effect("measures what works and what does not, though nobody asks", () =>
    Effect.gen(function*() {
      let works = true
      const check = Effect.suspend(() => works ? Effect.void : Effect.fail(new Unhealthy({ reason: "is away" })))
      yield* (yield* Health).register({ name: "watched", required: true, check })
      yield* TestClock.adjust("15 seconds")
      assert.deepStrictEqual(yield* measured, [1])
      works = false
      yield* TestClock.adjust("15 seconds")
      assert.deepStrictEqual(yield* measured, [0])
    }))
})
