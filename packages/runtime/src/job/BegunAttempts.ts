import type { Fiber } from "effect"
import { takeTurns } from "./fairOrder.ts"
import type { BegunAttempt } from "./JobAttemptStore.ts"
import type { JobId } from "./JobRecord.ts"
import type { JobHandler } from "./JobRunner.ts"

/** Why an attempt is ended from outside. */
export type StopReason = "cancelled" | "handed over" | "took too long"

/** An attempt that this process has begun: it runs, or waits for one of the slots. */
export interface Running {
  readonly begun: BegunAttempt
  /** The database has it as running; before, it only keeps the room that it will take. */
  written: boolean
  /** It has one of the slots. */
  runs: boolean
  /** What runs it, from the moment after it got its slot. */
  run: Run | undefined
  stopped: StopReason | undefined
  /** What the handler said and is not yet written. */
  progress: { readonly fraction: number; readonly text: string | null } | undefined
}

interface Run {
  readonly fiber: Fiber.Fiber<unknown>
  readonly handler: JobHandler
  /** Until when it may run, in milliseconds. */
  readonly deadline: number
}

/** The begun attempts of a partition, with their number by tenant. */
export class BegunAttempts {
  readonly all = new Map<JobId, Running>()
  /** Attempts of each tenant, those that wait for a slot among them. */
  readonly byTenant = new Map<string, number>()
  /** Attempts of each tenant that run. */
  readonly running = new Map<string, number>()
  readonly #waiting = new Map<string, Array<Running>>()
  /** Attempts that run. */
  active = 0
  /** Length of the payloads of all. */
  length = 0

  /** Keeps room for an attempt that is about to be written. */
  reserve(begun: BegunAttempt): Running {
    const job: Running = {
      begun,
      written: false,
      runs: false,
      run: undefined,
      stopped: undefined,
      progress: undefined
    }
    this.all.set(begun.id, job)
    this.length += begun.payload.length
    count(this.byTenant, begun.tenantId, 1)
    return job
  }

  /** It is written, and waits for a slot. */
  confirm(job: Running) {
    job.written = true
    const line = this.#waiting.get(job.begun.tenantId)
    if (line === undefined) this.#waiting.set(job.begun.tenantId, [job])
    else line.push(job)
  }

  add(begun: BegunAttempt) {
    this.confirm(this.reserve(begun))
  }

  /** It takes one of the slots. */
  start(job: Running) {
    this.#leaveLine(job)
    job.runs = true
    this.active++
    count(this.running, job.begun.tenantId, 1)
  }

  /** It has ended, or is left behind; false if it was before. */
  remove(job: Running) {
    if (!this.all.delete(job.begun.id)) return false
    this.length -= job.begun.payload.length
    count(this.byTenant, job.begun.tenantId, -1)
    if (!job.runs) this.#leaveLine(job)
    else {
      this.active--
      count(this.running, job.begun.tenantId, -1)
    }
    return true
  }

  /** The attempts that take what is free of the slots. */
  next(options: {
    readonly slots: number
    readonly share: number
    readonly lastTurnOf: (tenant: string) => number
  }): ReadonlyArray<Running> {
    const { lastTurnOf, share, slots } = options
    if (this.#waiting.size === 0 || this.active >= slots) return []
    return takeTurns({ waiting: this.#waiting, running: this.running, lastTurnOf, free: slots - this.active, share })
      .map(({ job }) => job)
  }

  #leaveLine(job: Running) {
    const line = this.#waiting.get(job.begun.tenantId)
    const index = line?.indexOf(job) ?? -1
    if (line === undefined || index < 0) return
    line.splice(index, 1)
    if (line.length === 0) this.#waiting.delete(job.begun.tenantId)
  }
}

const count = (counts: Map<string, number>, key: string, more: number) => {
  const number = (counts.get(key) ?? 0) + more
  if (number === 0) counts.delete(key)
  else counts.set(key, number)
}
