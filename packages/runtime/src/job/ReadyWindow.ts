import type { ReadyJob } from "./JobAttemptStore.ts"

/** How much one read takes: of at most so many tenants, and about so many jobs in all. */
export const windowSize = { tenants: 64, jobs: 128 }

const beforeAll = "00000000-0000-0000-0000-000000000000"

/**
 * The next jobs of a partition, in memory: where the tenants with jobs are more than one read takes, each read goes on with
 * those after the last one's, round and round.
 */
export class ReadyWindow {
  readonly waiting = new Map<string, Array<ReadyJob>>()
  /** Tenants that have more jobs than were read. */
  #cut = new Set<string>()
  #moreTenants = false
  #after = beforeAll

  /** The tenant after which the next read goes on. */
  get after() {
    return this.#after
  }

  /** Whether, without the picked jobs, a read may give some that are not here. */
  isShort(picked: ReadonlyArray<ReadyJob>) {
    if (this.#moreTenants || this.#cut.size === 0) return this.#moreTenants
    const counts = countBy(picked)
    return [...this.#cut].some((tenant) => (this.waiting.get(tenant)?.length ?? 0) <= (counts.get(tenant) ?? 0))
  }

  /**
   * Takes in what a read gave, of each tenant `most` at most: `taken` of it, in order; some of a read may not be for this
   * process.
   */
  fill(read: ReadonlyArray<ReadyJob>, most: number, taken: ReadonlyArray<ReadyJob>) {
    this.waiting.clear()
    for (const job of taken) {
      const line = this.waiting.get(job.tenantId)
      if (line === undefined) this.waiting.set(job.tenantId, [job])
      else line.push(job)
    }
    const counts = countBy(read)
    const full = counts.size >= windowSize.tenants
    this.#moreTenants = full || this.#after !== beforeAll
    this.#after = full ? read.at(-1)!.tenantId : beforeAll
    this.#cut = new Set([...counts].flatMap(([tenant, count]) => count >= most ? [tenant] : []))
  }

  /** Whether all jobs of the tenant that are ready are here, as far as it is known. */
  hasAllOf(tenant: string) {
    return !this.#cut.has(tenant) && (!this.#moreTenants || this.waiting.has(tenant))
  }

  /**
   * Takes in a job that became ready after the last read, if those before it are here. Any other comes by a read, as `isShort`
   * tells.
   */
  add(job: ReadyJob) {
    const hasAll = this.hasAllOf(job.tenantId)
    const line = this.waiting.get(job.tenantId)
    if (line === undefined) {
      if (!hasAll) return
      if (this.waiting.size < windowSize.tenants) this.waiting.set(job.tenantId, [job])
      else this.#moreTenants = true
      return
    }
    const place = line.findLastIndex((other) => isBefore(other, job)) + 1
    if (line[place]?.id === job.id || (!hasAll && place === line.length)) return
    line.splice(place, 0, job)
    if (line.length <= windowSize.jobs) return
    line.pop()
    this.#cut.add(job.tenantId)
  }

  remove({ id, tenantId }: ReadyJob) {
    const line = this.waiting.get(tenantId)
    const index = line?.findIndex((job) => job.id === id) ?? -1
    if (line === undefined || index < 0) return
    line.splice(index, 1)
    if (line.length === 0) this.waiting.delete(tenantId)
  }

  /** Forgets all; the next read begins anew. */
  clear() {
    this.fill([], 1, [])
  }
}

const isBefore = (a: ReadyJob, b: ReadyJob) => a.turn < b.turn || (a.turn === b.turn && a.id < b.id)

const countBy = (jobs: ReadonlyArray<ReadyJob>) => {
  const counts = new Map<string, number>()
  for (const { tenantId } of jobs) counts.set(tenantId, (counts.get(tenantId) ?? 0) + 1)
  return counts
}
