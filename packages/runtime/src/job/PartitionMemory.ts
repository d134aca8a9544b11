import type { Deferred } from "effect"
import { takeTurns, Turns } from "./fairOrder.ts"
import type { StopReason } from "./JobAttempt.ts"
import type { AttemptOutcome, BegunAttempt, ReadyJob } from "./JobAttemptStore.ts"
import { tenantShare } from "./JobQueue.ts"
import type { JobId } from "./JobRecord.ts"
import type { RateWindow } from "./RateWindow.ts"
import { ReadyWindow } from "./ReadyWindow.ts"

/** An attempt that this process has begun: it runs, or waits for one of the slots. */
export interface Running {
  readonly begun: BegunAttempt
  runs: boolean
  readonly stop: Deferred.Deferred<StopReason>
  /** What the handler said and is not yet written. */
  progress: { readonly fraction: number; readonly text: string | null } | undefined
}

/** How often an owner says that it is there, in milliseconds. */
export const seenEvery = 10_000

/** How often progress is written, in milliseconds. */
const progressEvery = 1000

/** After a row was held by another transaction, in milliseconds. */
const heldPause = 50

/** Most attempts that are begun ahead, for each slot. */
const mostAhead = 1

/**
 * How many attempts to begin beyond the slots: as many as end during one round, so that no slot waits for a commit. Where
 * jobs take longer than a round it is none or few, and a job of another tenant waits for one round more at most.
 */
export const aheadOf = (slots: number, round: number, job: number) =>
  Math.min(mostAhead * slots, Math.floor(slots * round / Math.max(job, 0.01)))

/** Follows a measure: a tenth of what is new, the rest of what was. */
const follow = (average: number | undefined, value: number) =>
  average === undefined ? value : average * 0.9 + value * 0.1

/** What the owner of a partition knows. All instants in milliseconds. */
export class PartitionMemory {
  readonly slots: number
  readonly share: number
  readonly rate: RateWindow | undefined
  readonly window = new ReadyWindow()
  readonly turns = new Turns()
  readonly running = new Map<JobId, Running>()
  /** How attempts ended, to be written. */
  outcomes: ReadonlyArray<AttemptOutcome> = []
  /** Those of them whose row was held by somebody else at `endedAt`. */
  held: ReadonlySet<JobId> = new Set()
  endedAt = -Infinity
  /** There may be new jobs, which were not read yet. */
  stale = true
  /** A running job may have been cancelled. */
  cancelling = true
  /** A round failed, and what it wrote may be there or not. */
  doubtful = false
  /** When the next scheduled job is due. */
  dueAt = Infinity
  /** The owner goes: what does not run yet stays so. */
  leaving = false
  #round = 0
  #job: number | undefined
  progressWrittenAt = 0
  seenAt = -Infinity
  adoptedAt = -Infinity

  constructor(options: { readonly slots: number; readonly share: number; readonly rate: RateWindow | undefined }) {
    this.slots = options.slots
    this.share = options.share
    this.rate = options.rate
  }

  /** A round took so long. */
  roundTook(milliseconds: number) {
    this.#round = follow(this.#round, milliseconds)
  }

  /** An attempt took so long. */
  attemptTook(milliseconds: number) {
    this.#job = follow(this.#job, milliseconds)
  }

  /** How many more attempts may begin, and the jobs whose turn it is. */
  plan(now: number) {
    const ahead = this.#job === undefined ? 0 : aheadOf(this.slots, this.#round, this.#job)
    const room = this.slots + ahead
    const free = Math.max(0, Math.min(room - this.running.size, this.rate?.allowance(now) ?? Infinity))
    const picked = takeTurns<ReadyJob>({
      waiting: this.window.waiting,
      running: countTenants(this.running.values()),
      lastTurnOf: (tenant) => this.turns.lastOf(tenant),
      free,
      share: ahead === 0 ? this.share : tenantShare(room)
    })
    return { free, picked: picked.map(({ job }) => job) }
  }

  /** The begun attempts that take the free slots. */
  nextToRun(): ReadonlyArray<Running> {
    const active = [...this.running.values()].filter(({ runs }) => runs)
    if (this.leaving || active.length === this.running.size || active.length >= this.slots) return []
    const waiting = Map.groupBy([...this.running.values()].filter(({ runs }) => !runs), ({ begun }) => begun.tenantId)
    return takeTurns<Running>({
      waiting,
      running: countTenants(active),
      lastTurnOf: (tenant) => this.turns.lastOf(tenant),
      free: this.slots - active.length,
      share: this.share
    }).map(({ job }) => job)
  }

  /** Progress that is due to be written. */
  progress(now: number) {
    if (now - this.progressWrittenAt < progressEvery) return []
    return [...this.running.values()].flatMap(({ begun: { id, tenantId }, progress }) =>
      progress === undefined ? [] : [{ tenantId, id, ...progress }]
    )
  }

  /** How long there is nothing to do, if nothing happens. */
  pause(now: number) {
    const { free, picked } = this.plan(now)
    if (this.cancelling || this.doubtful || picked.length > 0 || (this.stale && free > 0)) return 0
    if (this.outcomes.some(({ id }) => !this.held.has(id))) return 0
    const speaking = [...this.running.values()].some(({ progress }) => progress !== undefined)
    return Math.max(
      0,
      Math.min(
        this.seenAt + seenEvery - now,
        this.dueAt - now,
        this.outcomes.length > 0 ? this.endedAt + heldPause - now : Infinity,
        speaking ? this.progressWrittenAt + progressEvery - now : Infinity,
        this.stale || this.window.waiting.size > 0 ? this.rate?.wait(now) || Infinity : Infinity
      )
    )
  }
}

const countTenants = (jobs: Iterable<Running>) => {
  const counts = new Map<string, number>()
  for (const { begun: { tenantId } } of jobs) counts.set(tenantId, (counts.get(tenantId) ?? 0) + 1)
  return counts
}
