import type { Deferred } from "effect"
import { takeTurns, Turns } from "./fairOrder.ts"
import type { StopReason } from "./JobAttempt.ts"
import type { AttemptOutcome, BegunAttempt, ReadyJob } from "./JobPartitionStore.ts"
import type { JobId } from "./JobRecord.ts"
import type { RateWindow } from "./RateWindow.ts"
import { ReadyWindow } from "./ReadyWindow.ts"

/** An attempt that runs in this process. */
export interface Running {
  readonly begun: BegunAttempt
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
  progressWrittenAt = 0
  seenAt = -Infinity
  adoptedAt = -Infinity

  constructor(options: { readonly slots: number; readonly share: number; readonly rate: RateWindow | undefined }) {
    this.slots = options.slots
    this.share = options.share
    this.rate = options.rate
  }

  /** Slots that are free, and the jobs that take them now. */
  plan(now: number) {
    const free = Math.min(this.slots - this.running.size, this.rate?.allowance(now) ?? Infinity)
    const running = new Map<string, number>()
    for (const { begun: { tenantId } } of this.running.values()) running.set(tenantId, (running.get(tenantId) ?? 0) + 1)
    const picked = takeTurns<ReadyJob>({
      waiting: this.window.waiting,
      running,
      lastTurnOf: (tenant) => this.turns.lastOf(tenant),
      free,
      share: this.share
    })
    return { free, picked: picked.map(({ job }) => job) }
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
