import { Context, Deferred, Effect, Exit } from "effect"

/** A job queue and its worker in this process. Jobs are numbers; what a job does is to tell `Starts` of itself. */
export class Queue extends Context.Service<Queue, {
  /** Stores jobs of a tenant by one call, of the first one if none is given. Peers know no tenants. */
  readonly enqueue: (numbers: ReadonlyArray<number>, tenant?: number) => Effect.Effect<void>
  /** Counts the jobs that are not recorded as done, as one column `count`. */
  readonly unfinished: string
}>()("bench/Queue") {}

/** Jobs that one process runs side by side. */
export const concurrency = 32

/** Who waits for which job to start. */
const waiting = new Map<number, Deferred.Deferred<number>>()

/** What each job does. */
export const start = (number: number) => {
  const deferred = waiting.get(number)
  if (deferred === undefined) return
  waiting.delete(number)
  Deferred.doneUnsafe(deferred, Exit.succeed(performance.now()))
}

/** Call it before the jobs are stored; gives when each of them started, by `performance.now()`. */
export const starts = (numbers: ReadonlyArray<number>) =>
  Effect.sync(() => {
    const deferreds = numbers.map((number) => {
      const deferred = Deferred.makeUnsafe<number>()
      waiting.set(number, deferred)
      return deferred
    })
    return Effect.forEach(deferreds, (deferred) => Deferred.await(deferred))
  })
