/** A tenant that stored jobs counts as one who stores for so long, in milliseconds. */
const present = 1000

/** How many times as long as its storing took a tenant rests after it, so that others have five sixths of the time. */
const restFor = 5

/** The longest rest, in milliseconds: a database that was slow once shall not keep a caller waiting. */
const longestRest = 500

interface Seen {
  readonly tenant: string
  readonly at: number
}

/**
 * Turns of the tenants that store jobs in this process. One that stores many at once rests, before it does so again, five
 * times as long as that took and half a second at most, while another one stores jobs too. One alone never rests. All instants
 * in milliseconds.
 */
export class StoringTurns {
  #last: Seen | undefined
  /** The last one who was another than that. */
  #before: Seen | undefined
  readonly #rested = new Map<string, number>()

  /** The tenant stores jobs. */
  saw(tenant: string, now: number) {
    if (this.#last !== undefined && this.#last.tenant !== tenant) this.#before = this.#last
    this.#last = { tenant, at: now }
  }

  /** How long the tenant rests before it stores many jobs. */
  rest(tenant: string, now: number) {
    const other = this.#last?.tenant === tenant ? this.#before : this.#last
    if (other === undefined || now - other.at > present) return 0
    return Math.min(longestRest, Math.max(0, (this.#rested.get(tenant) ?? 0) - now))
  }

  /** The tenant has stored many jobs, which took so long. */
  stored(tenant: string, now: number, took: number) {
    this.#rested.set(tenant, now + Math.min(longestRest, restFor * took))
  }
}
