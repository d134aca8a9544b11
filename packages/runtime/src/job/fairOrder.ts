/** Tenants whose last turn is remembered. */
const remembered = 1000

/** Who had a turn and when, as a number that grows with each turn. */
export class Turns {
  readonly #last = new Map<string, number>()
  #count = 0

  /** When the tenant had its last turn; before all others if it had none. */
  lastOf(tenant: string) {
    return this.#last.get(tenant) ?? -1
  }

  took(tenant: string) {
    this.#last.delete(tenant)
    this.#last.set(tenant, this.#count++)
    const oldest = this.#last.size > remembered ? this.#last.keys().next().value : undefined
    if (oldest !== undefined) this.#last.delete(oldest)
  }
}

interface Waits<Waiting> {
  /** By tenant, each in its order. */
  readonly waiting: ReadonlyMap<string, ReadonlyArray<Waiting>>
  /** Jobs of each tenant that run already. */
  readonly running: ReadonlyMap<string, number>
  readonly lastTurnOf: (tenant: string) => number
  readonly free: number
  readonly share: number
}

/** Of a tenant that nobody waits beside. */
const takeOfOne = <Waiting>({ free, running, share, waiting }: Waits<Waiting>) =>
  Array.from(
    waiting,
    ([tenant, jobs]) =>
      jobs.slice(0, Math.max(0, Math.min(free, share - (running.get(tenant) ?? 0)))).map((job) => ({ tenant, job }))
  ).flat()

/**
 * Which of the waiting jobs take the free slots, in this order.
 *
 * A slot goes to the tenant that has the fewest jobs running, of several to the one whose last turn is longest ago; within a
 * tenant to the first in line. No tenant gets more than `share` slots. So a tenant with one job waits for at most one turn
 * of every other, however many jobs these have.
 */
export const takeTurns = <Waiting>(
  options: Waits<Waiting>
): ReadonlyArray<{ readonly tenant: string; readonly job: Waiting }> => {
  if (options.waiting.size === 1) return takeOfOne(options)
  const lines = Array.from(options.waiting, ([tenant, jobs]) => ({
    tenant,
    jobs,
    next: 0,
    running: options.running.get(tenant) ?? 0,
    last: options.lastTurnOf(tenant)
  }))
  const taken: Array<{ readonly tenant: string; readonly job: Waiting }> = []
  while (taken.length < options.free) {
    let first: typeof lines[number] | undefined
    for (const line of lines) {
      if (line.next >= line.jobs.length || line.running >= options.share) continue
      if (
        first === undefined || line.running < first.running ||
        (line.running === first.running && line.last < first.last)
      ) first = line
    }
    if (first === undefined) break
    taken.push({ tenant: first.tenant, job: first.jobs[first.next]! })
    first.next++
    first.running++
    first.last = Number.MAX_SAFE_INTEGER - options.free + taken.length
  }
  return taken
}
