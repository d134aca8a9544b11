import { Health } from "@innkeeper/runtime"
import { Effect, Layer } from "effect"

/**
 * Looks at the dependencies every 15 s, whoever else asks: the metric of each is as of the last look, and would go on saying that
 * all is well where no probe asks for readiness.
 */
export const watchHealth = Layer.effectDiscard(Effect.gen(function*() {
  const { report } = yield* Health
  yield* Effect.forkScoped(Effect.forever(Effect.delay(report, "15 seconds")))
}))
