import type { ReadyJob } from "./JobPartitionStore.ts"

/** How much one read takes: of so many tenants, so many jobs in all, of each at least so many. */
export const windowSize = { tenants: 64, jobs: 1024, least: 16 }

const beforeAll = "00000000-0000-0000-0000-000000000000"

/**
 * The next jobs of a partition, in memory: where the tenants with jobs are more than one read takes, each read goes on with
 * those after the last one's, round and round.
 */
export class ReadyWindow {
  readonly waiting = new Map<string, Array<ReadyJob>>()
  #more = false
  #after = beforeAll

  /** There may be more jobs than are here. */
  get more() {
    return this.#more
  }

  /** The tenant after which the next read goes on. */
  get after() {
    return this.#after
  }

  /** Takes in what a read gave: `taken` of it, in order; some of a read may not be for this process. */
  fill(read: ReadonlyArray<ReadyJob & { readonly most: number }>, taken: ReadonlyArray<ReadyJob>) {
    this.waiting.clear()
    for (const job of taken) {
      const line = this.waiting.get(job.tenantId)
      if (line === undefined) this.waiting.set(job.tenantId, [job])
      else line.push(job)
    }
    const counts = new Map<string, number>()
    for (const { tenantId } of read) counts.set(tenantId, (counts.get(tenantId) ?? 0) + 1)
    const wasBeginning = this.#after === beforeAll
    const full = counts.size >= windowSize.tenants
    this.#after = full ? read.at(-1)!.tenantId : beforeAll
    this.#more = full || !wasBeginning || [...counts.values()].some((count) => count >= read[0]!.most)
  }

  remove({ id, tenantId }: ReadyJob) {
    const line = this.waiting.get(tenantId)?.filter((job) => job.id !== id) ?? []
    if (line.length === 0) this.waiting.delete(tenantId)
    else this.waiting.set(tenantId, line)
  }
}
