import { Context, Effect, Layer } from "effect"
import type { Workflow } from "effect/workflow"

/** The workflows whose bodies this pod can run. They enter when their layers are built. */
export class KnownWorkflows extends Context.Service<KnownWorkflows, {
  readonly add: (workflow: Workflow.Any) => Effect.Effect<void>
  /** By name. */
  readonly get: (name: string) => Workflow.Any | undefined
  readonly names: Effect.Effect<ReadonlyArray<string>>
}>()("runtime/KnownWorkflows") {
  static readonly layer = Layer.sync(KnownWorkflows, () => {
    const known = new Map<string, Workflow.Any>()
    return KnownWorkflows.of({
      add: (workflow) => Effect.sync(() => void known.set(workflow._tag, workflow)),
      get: (name) => known.get(name),
      names: Effect.sync(() => [...known.keys()])
    })
  })
}
