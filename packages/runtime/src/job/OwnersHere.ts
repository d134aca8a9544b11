import { Context, Effect, Layer, type Scope } from "effect"
import type { ReadyJob } from "./JobAttemptStore.ts"
import type { JobMessage } from "./jobMessage.ts"
import type { PartitionPlace } from "./JobPartitionStore.ts"

/** Owner of a partition in this process. Both must return at once. */
export interface Owner extends PartitionPlace {
  readonly tell: (message: JobMessage) => void
  /** Gives it jobs that were stored a moment ago. */
  readonly offer: (jobs: ReadonlyArray<ReadyJob>) => void
}

/** Name of a partition in notifications. */
export const placeName = ({ partition, queue }: PartitionPlace) => `${queue}/${partition}`

/** The owners of partitions that are in this process. */
export class OwnersHere extends Context.Service<OwnersHere, {
  /** By the names of their partitions. */
  readonly owners: ReadonlyMap<string, Owner>
  /** Makes the owner known while the scope is open. */
  readonly add: (owner: Owner) => Effect.Effect<void, never, Scope.Scope>
}>()("runtime/OwnersHere") {
  static readonly layer = Layer.sync(OwnersHere, () => {
    const owners = new Map<string, Owner>()
    return OwnersHere.of({
      owners,
      add: (owner) =>
        Effect.acquireRelease(
          Effect.sync(() => owners.set(placeName(owner), owner)),
          () => Effect.sync(() => owners.delete(placeName(owner)))
        )
    })
  })
}
