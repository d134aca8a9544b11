import { Effect, Layer } from "effect"

/** Runs `effect` on services that are made for it alone and stopped after it, so that no load is felt by the next. */
export const freshly = <A, E, R, Services, LayerError, LayerNeeds>(
  effect: Effect.Effect<A, E, R>,
  layer: Layer.Layer<Services, LayerError, LayerNeeds>
) =>
  Effect.scoped(
    Effect.flatMap(Layer.build(Layer.fresh(layer)), (services) => Effect.provideContext(effect, services))
  )
