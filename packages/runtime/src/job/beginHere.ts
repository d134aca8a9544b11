import type { OwnedPartition } from "./JobPartitionStore.ts"
import type { JobId } from "./JobRecord.ts"
import type { NewJob } from "./JobStore.ts"
import type { Owner } from "./OwnersHere.ts"

/** Jobs that owners in this process begin as they are stored. */
export interface BegunHere {
  /** By job, the partition whose owner begins it. */
  readonly places: ReadonlyMap<JobId, OwnedPartition>
  /** Tells the owners which of them are stored as running, or that nobody knows. */
  readonly settle: (running: ReadonlySet<JobId> | undefined) => void
}

/** Asks the owners of this process which of the jobs they begin as they are stored: those that are due, and whose turn it is. */
export const beginHere = (
  owners: ReadonlyMap<string, Owner>,
  jobs: ReadonlyArray<NewJob>,
  now: number
): BegunHere => {
  const ofQueue = Map.groupBy(owners.values(), ({ queue }) => queue)
  const due = jobs.flatMap((job) => {
    const able = ofQueue.get(job.queue)
    return able === undefined || job.wait > 0 || job.at !== null
      ? []
      : [{ job, owner: able[job.spread % able.length]! }]
  })
  const begun = Array.from(
    Map.groupBy(due, ({ owner }) => owner),
    ([owner, given]) => ({ owner, ids: owner.begin(given.map(({ job }) => job), now) })
  )
  return {
    places: new Map(begun.flatMap(({ ids, owner }) => ids.map((id) => [id, owner] as const))),
    settle: (running) => {
      for (const { ids, owner } of begun) if (ids.length > 0) owner.settle(ids, running)
    }
  }
}
