import { BegunAttempts } from "./BegunAttempts.ts"
import { takeTurns, Turns } from "./fairOrder.ts"
import type { AttemptOutcome, BegunAttempt, JobProgress, ReadyJob } from "./JobAttemptStore.ts"
import { tenantShare } from "./JobQueue.ts"
import type { JobId } from "./JobRecord.ts"
import type { Known } from "./JobRunner.ts"
import { type NewJob, readyJob } from "./JobStore.ts"
import { mayBegin } from "./mayBegin.ts"
import type { RateWindow } from "./RateWindow.ts"
import { ReadyWindow } from "./ReadyWindow.ts"

/** How often an owner says that it is there, in milliseconds. */
export const seenEvery = 10_000

/** How often progress is written, in milliseconds. */
const progressEvery = 1000

/** After a row was held by another transaction, in milliseconds. */
const heldPause = 50

/** Most attempts that a partition begins ahead while one tenant has it for itself. */
const mostAhead = 112

/** After another tenant was seen rounds stay short for so long, in milliseconds. */
const shortRounds = 1000

/**
 * How many attempts to begin beyond the slots: as many as end during one round, so that no slot waits for a commit. Where
 * jobs take longer than a round it is none or few, and a job of another tenant waits for one round more at most. Where
 * tenants share the partition it is one for each slot at most, so that a round is short.
 */
export const aheadOf = (slots: number, round: number, job: number, shared: boolean) =>
  Math.min(shared ? slots : mostAhead, Math.floor(slots * round / Math.max(job, 0.01)))

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
  readonly begun = new BegunAttempts()
  /** How attempts ended, to be written. */
  outcomes: Array<AttemptOutcome> = []
  /** Those of them whose row was held by somebody else at `endedAt`. */
  held: ReadonlySet<JobId> = new Set()
  endedAt = -Infinity
  /** There may be new jobs, which were not read yet. */
  stale = true
  /** Attempts that began as their jobs were stored, and were not counted yet. */
  #born: Array<BegunAttempt> = []
  /** Jobs that this process has stored, which the window does not know yet. */
  #offered: Array<ReadyJob> = []
  /** A running job may have been cancelled. */
  cancelling = true
  /** What was to be written may be there or not. */
  doubtful = false
  /** That is just cleared up. */
  clearing = false
  /** When the next scheduled job is due. */
  dueAt = Infinity
  /** The owner goes: what does not run yet stays so. */
  leaving = false
  #round = 0
  #job: number | undefined
  #sharedAt = -Infinity
  progressWrittenAt = 0
  seenAt = -Infinity
  adoptedAt = -Infinity

  constructor(options: { readonly slots: number; readonly share: number; readonly rate: RateWindow | undefined }) {
    this.slots = options.slots
    this.share = options.share
    this.rate = options.rate
  }

  offer(job: ReadyJob) {
    this.#offered.push(job)
  }

  /** Takes what was offered into the window, after what a read gave. One that this process cannot run is left to a read. */
  takeOffered(known: (name: string) => Known) {
    for (const job of this.#offered.splice(0)) {
      if (this.begun.all.has(job.id)) continue
      if (typeof known(job.name) === "object") this.window.add(job)
      else this.stale = true
    }
  }

  /**
   * Of jobs that are about to be stored, begins those whose turn it is, and returns their ids. None of those whose only attempt
   * that is, as it would count if the process were killed before it ran.
   */
  begin(jobs: ReadonlyArray<NewJob>, now: number, known: (name: string) => Known): ReadonlyArray<JobId> {
    if (this.leaving || this.doubtful || this.clearing) return []
    const able = jobs.filter(({ attempts, name, tenantId }) =>
      attempts > 1 && typeof known(name) === "object" && this.window.hasAllOf(tenantId)
    )
    if (able.length === 0) return []
    const waiting = new Map(this.window.waiting)
    for (const job of able) {
      waiting.set(job.tenantId, [...waiting.get(job.tenantId) ?? [], readyJob(job, Infinity)])
    }
    const next = new Set(this.plan(now, waiting).picked.map(({ id }) => id))
    const begun = able.filter(({ id }) => next.has(id))
    for (const { attempts, id, name, payload, tenantId, traceparent } of begun) {
      this.begun.reserve({ tenantId, id, name, payload, attempt: 1, attempts, waited: 0, traceparent })
      this.turns.took(tenantId)
    }
    this.rate?.begin(now, begun.length)
    return begun.map(({ id }) => id)
  }

  /** What became of attempts that were to begin so: which are written, or that nobody knows. */
  settle(ids: ReadonlyArray<JobId>, written: ReadonlySet<JobId> | undefined) {
    if (written === undefined) this.doubtful = true
    for (const job of ids.flatMap((id) => this.begun.all.get(id) ?? [])) {
      if (written?.has(job.begun.id) === true && !this.leaving) {
        this.begun.confirm(job)
        this.#born.push(job.begun)
      } else {
        this.begun.remove(job)
      }
    }
  }

  /** The attempts that have begun so since it was last asked. */
  takeBorn() {
    return this.#born.splice(0)
  }

  /** A round took so long. */
  roundTook(milliseconds: number) {
    this.#round = follow(this.#round, milliseconds)
  }

  /** An attempt took so long. */
  attemptTook(milliseconds: number) {
    this.#job = follow(this.#job, milliseconds)
  }

  #ahead(now: number, waiting: ReadonlyMap<string, unknown>) {
    if (this.#job === undefined) return 0
    if (new Set([...waiting.keys(), ...this.begun.byTenant.keys()]).size > 1) this.#sharedAt = now
    return aheadOf(this.slots, this.#round, this.#job, now - this.#sharedAt < shortRounds)
  }

  /** How many more attempts may begin, and the jobs of those that wait whose turn it is. */
  plan(now: number, waiting: ReadonlyMap<string, ReadonlyArray<ReadyJob>> = this.window.waiting) {
    const room = this.slots + this.#ahead(now, waiting)
    const share = room === this.slots ? this.share : tenantShare(room)
    // What a tenant began beyond the share that it has now, when there was more room, takes nothing from the others.
    let taken = 0
    for (const count of this.begun.byTenant.values()) taken += Math.min(count, share)
    const free = Math.max(0, Math.min(room - taken, this.rate?.allowance(now) ?? Infinity))
    const picked = takeTurns<ReadyJob>({
      waiting,
      running: this.begun.byTenant,
      lastTurnOf: (tenant) => this.turns.lastOf(tenant),
      free,
      share
    })
    return {
      free,
      picked: mayBegin({
        jobs: picked.map(({ job }) => job),
        idle: this.slots - this.begun.active,
        share: this.share,
        running: this.begun.running,
        bytes: this.begun.length
      })
    }
  }

  /** The begun attempts that take the free slots. */
  nextToRun() {
    if (this.leaving) return []
    return this.begun.next({
      slots: this.slots,
      share: this.share,
      lastTurnOf: (tenant) => this.turns.lastOf(tenant)
    })
  }

  /** Progress that is due to be written. */
  progress(now: number): ReadonlyArray<JobProgress> {
    if (now - this.progressWrittenAt < progressEvery) return []
    return [...this.begun.all.values()].flatMap(({ begun: { id, tenantId }, progress }) =>
      progress === undefined ? [] : [{ tenantId, id, ...progress }]
    )
  }

  /** What was told meanwhile is written later. */
  wroteProgress(written: ReadonlyArray<JobProgress>, now: number) {
    if (written.length > 0) this.progressWrittenAt = now
    for (const { fraction, id, text } of written) {
      const job = this.begun.all.get(id)
      if (job?.progress?.fraction === fraction && job.progress.text === text) job.progress = undefined
    }
  }

  /** How long there is nothing to do, if nothing happens. */
  pause(now: number) {
    const { free, picked } = this.plan(now)
    if (this.cancelling || this.doubtful || picked.length > 0 || (this.stale && free > 0)) return 0
    if (this.outcomes.some(({ id }) => !this.held.has(id))) return 0
    const speaking = [...this.begun.all.values()].some(({ progress }) => progress !== undefined)
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
