import { Context, Effect, Layer, type Scope } from "effect"
import type { ReadyJob } from "./JobAttemptStore.ts"
import type { JobMessage } from "./jobMessage.ts"
import type { OwnedPartition, PartitionPlace } from "./JobPartitionStore.ts"
import type { JobId } from "./JobRecord.ts"
import type { NewJob } from "./JobStore.ts"

/** Owner of a partition in this process. */
export interface Owner extends OwnedPartition {
  readonly tell: (message: JobMessage) => void
  /** Gives it a job that was stored a moment ago. */
  readonly offer: (job: ReadyJob) => void
  /** Asks which of these jobs, which are about to be stored, it begins with that. `settle` must follow. */
  readonly begin: (jobs: ReadonlyArray<NewJob>, now: number) => ReadonlyArray<JobId>
  /** Tells it which of those are stored as running, or that nobody knows. */
  readonly settle: (ids: ReadonlyArray<JobId>, running: ReadonlySet<JobId> | undefined) => void
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
