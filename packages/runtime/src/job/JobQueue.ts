import { Duration } from "effect"

/** How much of a queue may run at once, over all processes. */
export interface JobQueue {
  readonly name: string
  /** Jobs that run side by side. */
  readonly concurrency: number
  /** Parts of the queue that different processes can own; each has its share of `concurrency` and of the rate. */
  readonly partitions: number
  /** At most `limit` attempts begin in any `window`. */
  readonly rate: { readonly limit: number; readonly window: Duration.Duration } | undefined
}

const defaults = { concurrency: 16, partitions: 2 }

/** A partition owns at least one slot and, where there is a rate, may begin at least one attempt in a window. */
const make = (name: string, options: {
  /** 16 if not given. */
  readonly concurrency?: number
  /** 2 if not given, or as many as `concurrency` and the rate allow. */
  readonly partitions?: number
  readonly rate?: { readonly limit: number; readonly window: Duration.Input }
} = {}): JobQueue => {
  const concurrency = options.concurrency ?? defaults.concurrency
  const most = Math.min(concurrency, options.rate?.limit ?? concurrency)
  const partitions = options.partitions ?? Math.min(defaults.partitions, most)
  if (!/^[a-z0-9][a-z0-9._-]{0,62}$/.test(name)) throw new RangeError(`"${name}" cannot be the name of a queue`)
  for (const [what, number] of Object.entries({ concurrency, partitions, limit: options.rate?.limit ?? 1 })) {
    if (!Number.isSafeInteger(number) || number < 1) throw new RangeError(`${what} of the queue ${name} is below 1`)
  }
  if (partitions > most) throw new RangeError(`The queue ${name} has more partitions than it can run jobs`)
  return {
    name,
    concurrency,
    partitions,
    rate: options.rate && {
      limit: options.rate.limit,
      window: Duration.fromInputUnsafe(options.rate.window)
    }
  }
}

/** A partition's share of a number that all partitions divide among them: the first ones take what is left over. */
export const shareOf = (total: number, partition: number, partitions: number) =>
  Math.floor(total / partitions) + (partition < total % partitions ? 1 : 0)

/**
 * How many slots of a partition one tenant may take: all but a quarter, so that the flood of one tenant, however long its
 * jobs run, leaves room for another's.
 */
export const tenantShare = (slots: number) => slots === 1 ? 1 : slots - Math.max(1, Math.floor(slots / 4))

export const JobQueue = { make }
