import { Clock, Deferred, Duration, Effect, Exit, Latch, Metric, Scope } from "effect"
import { type StopReason, storable, superviseAttempt } from "./JobAttempt.ts"
import type { AttemptOutcome, BegunAttempt } from "./JobAttemptStore.ts"
import * as metrics from "./jobMetrics.ts"
import type { JobQueue } from "./JobQueue.ts"
import type { Known } from "./JobRunner.ts"
import type { PartitionMemory, Running } from "./PartitionMemory.ts"

/** The begun attempts of a partition: those that run, each in its own fiber, and those that wait for a slot. */
export interface Attempts {
  /** Takes an attempt that has begun. */
  readonly add: (begun: BegunAttempt) => Effect.Effect<void>
  /** Runs what there are slots for. */
  readonly dispatch: Effect.Effect<void>
  readonly stop: (jobs: Iterable<Running>, reason: StopReason) => Effect.Effect<void>
  /** Waits until none is left. */
  readonly ended: Effect.Effect<void>
}

/** They end with the scope; `awake` tells the owner that one of them has something to say. */
export const makeAttempts = Effect.fnUntraced(function*(options: {
  readonly queue: JobQueue
  readonly memory: PartitionMemory
  readonly known: (name: string, now: number) => Known
  readonly awake: Effect.Effect<unknown>
}): Effect.fn.Return<Attempts, never, Scope.Scope> {
  const { awake, known, memory, queue } = options
  // Handlers that do not let themselves be interrupted are left behind.
  const scope = yield* Effect.acquireRelease(
    Scope.make(),
    (scope) => Effect.forkDetach(Scope.close(scope, Exit.void))
  )
  const attributes = { queue: queue.name }
  const [started, waited, running] = [
    Metric.withAttributes(metrics.started, attributes),
    Metric.withAttributes(metrics.waited, attributes),
    Metric.withAttributes(metrics.running, attributes)
  ]
  const none = Latch.makeUnsafe(true)

  const end = Effect.fnUntraced(function*({ begun }: Running, outcome: AttemptOutcome | undefined) {
    memory.running.delete(begun.id)
    yield* Metric.modify(running, -1)
    if (memory.running.size === 0) none.openUnsafe()
    if (outcome !== undefined) {
      memory.outcomes = [...memory.outcomes, outcome]
      yield* Metric.update(Metric.withAttributes(metrics.ended, { ...attributes, state: outcome.state }), 1)
      if (outcome.error !== null) yield* logFailure(begun, outcome)
    }
    yield* dispatch
    yield* awake
  })

  const run = Effect.fnUntraced(function*(job: Running) {
    const { begun } = job
    const handler = known(begun.name, yield* Clock.currentTimeMillis)
    if (typeof handler !== "object") {
      memory.doubtful = true
      return yield* end(job, undefined)
    }
    const progress = (fraction: number, text?: string) =>
      Effect.suspend(() => {
        const silent = job.progress === undefined
        job.progress = {
          fraction: Math.min(1, Math.max(0, fraction)),
          text: text === undefined ? null : storable(text)
        }
        return silent ? Effect.asVoid(awake) : Effect.void
      })
    const attempt = handler.run(begun, progress)
    const [took, outcome] = yield* Effect.timed(
      superviseAttempt({ job: handler.job, begun, attempt, stop: job.stop, scope })
    )
    memory.attemptTook(Duration.toMillis(took))
    yield* end(job, outcome)
  })

  const start = (job: Running) =>
    Effect.suspend(() => {
      job.runs = true
      return Effect.forkIn(run(job), scope)
    })

  const dispatch: Effect.Effect<void> = Effect.suspend(() =>
    Effect.forEach(memory.nextToRun(), start, { discard: true })
  )

  return {
    add: Effect.fnUntraced(function*(begun: BegunAttempt) {
      const stop = yield* Deferred.make<StopReason>()
      memory.running.set(begun.id, { begun, runs: false, stop, progress: undefined })
      none.closeUnsafe()
      yield* Metric.update(started, 1)
      yield* Metric.update(waited, begun.waited / 1000)
      yield* Metric.modify(running, 1)
    }),
    dispatch,
    // One that does not run yet ends at once: its supervision begins with the question whether it was stopped.
    stop: (jobs, reason) =>
      Effect.forEach(
        jobs,
        (job) => Effect.andThen(Deferred.succeed(job.stop, reason), job.runs ? Effect.void : start(job)),
        { discard: true }
      ),
    ended: none.await
  }
})

const logFailure = ({ attempt, id, name }: BegunAttempt, { error, state }: AttemptOutcome) =>
  (state === "dead"
    ? Effect.logError("A job has failed for good")
    : Effect.logDebug("A job failed, and is tried again"))
    .pipe(Effect.annotateLogs({ job: id, name, attempt, error }))
