/** Tests only. */
import { Context, Effect, Layer } from "effect"
import { RunnerStorage } from "effect/cluster"

type Storage = RunnerStorage.RunnerStorage["Service"]

/** How `layer` refreshes shards over a storage that does so as `refresh`. */
export const refreshThrough = Effect.fnUntraced(function*(
  layer: Layer.Layer<RunnerStorage.RunnerStorage, never, RunnerStorage.RunnerStorage>,
  refresh: Storage["refresh"]
) {
  const memory = Context.get(yield* Layer.build(RunnerStorage.layerMemory), RunnerStorage.RunnerStorage)
  const storage = Layer.succeed(RunnerStorage.RunnerStorage, { ...memory, refresh })
  return Context.get(yield* Layer.build(Layer.provide(layer, storage)), RunnerStorage.RunnerStorage).refresh
})
