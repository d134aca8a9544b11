import { withPlatform } from "@innkeeper/database"
import { Clock, Deferred, Duration, Effect, Exit, Latch, Metric, Scope } from "effect"
import { type StopReason, storable, superviseAttempt } from "./JobAttempt.ts"
import * as metrics from "./jobMetrics.ts"
import {
  type AttemptOutcome,
  type BegunAttempt,
  endAttempts,
  giveBackJobs,
  holdPartition,
  type OwnedPartition,
  planByIndex,
  recentBegins,
  recoverJobs,
  takeOver
} from "./JobPartitionStore.ts"
import { type JobQueue, shareOf, tenantShare } from "./JobQueue.ts"
import type { JobId } from "./JobRecord.ts"
import type { Known } from "./JobRunner.ts"
import { JobSignal } from "./JobSignal.ts"
import { PartitionMemory, type Running } from "./PartitionMemory.ts"
import { partitionRound } from "./partitionRound.ts"
import { RateWindow } from "./RateWindow.ts"

/** What an owner that has to go waits for running jobs to end, for interrupted ones to end, and for its last writes. */
const grace = { running: Duration.seconds(3), interrupted: Duration.millis(2500), writes: Duration.seconds(5) }

/** An owner that a newer one has replaced, and that the cluster still lets run, asks again after this. */
const afterLoss = Duration.seconds(10)

/** An owner that could not take over, as the database is away, tries again after this. */
const afterFailure = Duration.seconds(1)

/** Rest between two looks at jobs that are due but held, in milliseconds. */
const dueRest = 20

interface Options {
  readonly queue: JobQueue
  readonly partition: number
  readonly known: (name: string, now: number) => Known
}

/**
 * Owns one partition of a queue for as long as the cluster says so: nobody else begins its jobs.
 *
 * It works in rounds, each one transaction. What happens during a round goes into the next one, so many jobs cost few
 * transactions and a single one waits for nobody.
 */
export const ownPartition = (options: Options) =>
  Effect.scoped(own(options)).pipe(
    Effect.as(afterLoss),
    Effect.catchCause((cause) =>
      Effect.as(Effect.logWarning("A partition of jobs has no owner, and is taken over again", cause), afterFailure)
    ),
    Effect.flatMap(Effect.sleep),
    Effect.forever,
    Effect.annotateLogs({ queue: options.queue.name, partition: options.partition })
  )

const asOwner = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.withTracerEnabled(withPlatform("jobs")(Effect.andThen(planByIndex, effect)), false)

const own = Effect.fnUntraced(function*({ known, partition, queue }: Options) {
  const signal = yield* JobSignal
  const owned = yield* asOwner(Effect.tap(takeOver({ queue: queue.name, partition }), recoverJobs))
  const memory = yield* asOwner(makeMemory(queue, owned))
  const awake = Latch.makeUnsafe(false)
  yield* signal.watch(owned, (message) => {
    if (message === "cancel") memory.cancelling = true
    else memory.stale = true
    awake.openUnsafe()
  })
  const scope = yield* letGo(owned, memory, awake)
  const run = startAttempt({ queue, memory, scope, awake, known })

  for (let failures = 0;;) {
    // What has just ended comes along.
    yield* Effect.yieldNow
    awake.closeUnsafe()
    const now = yield* Clock.currentTimeMillis
    const pause = memory.pause(now)
    if (pause > 0) {
      yield* Effect.timeoutOption(awake.await, pause)
      continue
    }
    const exit = yield* Effect.exit(
      asOwner(partitionRound({ owned, queue, memory, known: (name) => known(name, now), now }))
    )
    if (Exit.isFailure(exit)) {
      yield* Effect.logWarning("A round of jobs failed and is tried again", exit.cause)
      memory.stale = memory.cancelling = memory.doubtful = true
      memory.window.clear()
      yield* Effect.sleep(Math.min(10_000, 200 * 2 ** Math.min(failures++, 6)))
      continue
    }
    failures = 0
    const done = exit.value
    if (done === undefined) return yield* Effect.logWarning("Another process has taken over a partition of jobs")

    memory.outcomes = memory.outcomes.filter((outcome) =>
      !done.outcomes.includes(outcome) || done.unwritten.has(outcome.id)
    )
    memory.held = done.unwritten
    memory.endedAt = now
    memory.dueAt = nextDue(yield* Clock.currentTimeMillis, done)
    memory.rate?.begin(now, done.begun.length)
    yield* stopAll(done.cancelled.flatMap((id) => memory.running.get(id) ?? []), "cancelled")
    const begun = new Map<JobId, BegunAttempt>(done.begun.map((attempt) => [attempt.id, attempt]))
    for (const job of done.picked) {
      memory.window.remove(job)
      memory.turns.took(job.tenantId)
      const attempt = begun.get(job.id)
      if (attempt !== undefined) yield* run(attempt)
    }
  }
})

const makeMemory = Effect.fnUntraced(function*({ concurrency, partitions, rate }: JobQueue, owned: OwnedPartition) {
  const slots = shareOf(concurrency, owned.partition, partitions)
  const share = tenantShare(slots)
  if (rate === undefined) return new PartitionMemory({ slots, share, rate: undefined })
  const window = new RateWindow(shareOf(rate.limit, owned.partition, partitions), Duration.toMillis(rate.window))
  const now = yield* Clock.currentTimeMillis
  const ago = yield* recentBegins(owned, window.window, window.limit)
  for (const milliseconds of ago.reverse()) window.begin(now - milliseconds, 1)
  return new PartitionMemory({ slots, share, rate: window })
})

const nextDue = (now: number, done: {
  readonly due: boolean
  readonly dueIn: number | null
  readonly outcomes: ReadonlyArray<AttemptOutcome>
}) => {
  const retries = done.outcomes.flatMap(({ state, wait }) => state === "scheduled" ? [wait] : [])
  return now + Math.min(done.due ? dueRest : done.dueIn ?? Infinity, ...retries)
}

const stopAll = (jobs: Iterable<Running>, reason: StopReason) =>
  Effect.forEach(jobs, ({ stop }) => Deferred.succeed(stop, reason), { discard: true })

/**
 * The scope of the running attempts. When the owner goes, they have a moment to end; what still runs then is interrupted
 * and given back, and that attempt does not count.
 */
const letGo = (owned: OwnedPartition, memory: PartitionMemory, awake: Latch.Latch) => {
  const ended = Effect.gen(function*() {
    while (memory.running.size > 0) {
      awake.closeUnsafe()
      yield* awake.await
    }
  })
  const lastWrites = asOwner(Effect.gen(function*() {
    if ((yield* holdPartition(owned)) === undefined) return
    if (memory.outcomes.length > 0) yield* endAttempts(owned, memory.outcomes)
    yield* giveBackJobs(owned, [])
  }))
  return Effect.acquireRelease(Scope.make(), (scope) =>
    Effect.gen(function*() {
      yield* Effect.timeoutOption(ended, grace.running)
      yield* stopAll(memory.running.values(), "handed over")
      yield* Effect.timeoutOption(ended, grace.interrupted)
      yield* lastWrites.pipe(
        Effect.timeout(grace.writes),
        Effect.catch((error) => Effect.logWarning("Could not give jobs back; the next owner will take them up", error))
      )
      yield* Effect.forkDetach(Scope.close(scope, Exit.void))
    }))
}

/** Begins to run an attempt in its own fiber, whose end wakes the owner. */
const startAttempt = (options: {
  readonly queue: JobQueue
  readonly memory: PartitionMemory
  readonly scope: Scope.Scope
  readonly awake: Latch.Latch
  readonly known: Options["known"]
}) => {
  const { awake, known, memory, queue, scope } = options
  const attributes = { queue: queue.name }
  const [started, waited, running] = [
    Metric.withAttributes(metrics.started, attributes),
    Metric.withAttributes(metrics.waited, attributes),
    Metric.withAttributes(metrics.running, attributes)
  ]

  const end = Effect.fnUntraced(function*(begun: BegunAttempt, outcome: AttemptOutcome | undefined) {
    memory.running.delete(begun.id)
    yield* Metric.modify(running, -1)
    if (outcome !== undefined) {
      memory.outcomes = [...memory.outcomes, outcome]
      yield* Metric.update(Metric.withAttributes(metrics.ended, { ...attributes, state: outcome.state }), 1)
      if (outcome.error !== null) yield* logFailure(begun, outcome)
    }
    awake.openUnsafe()
  })

  return Effect.fnUntraced(function*(begun: BegunAttempt) {
    const handler = known(begun.name, yield* Clock.currentTimeMillis)
    if (typeof handler !== "object") {
      memory.doubtful = true
      return
    }
    const job: Running = { begun, stop: yield* Deferred.make<StopReason>(), progress: undefined }
    memory.running.set(begun.id, job)
    yield* Metric.update(started, 1)
    yield* Metric.update(waited, begun.waited / 1000)
    yield* Metric.modify(running, 1)
    const progress = (fraction: number, text?: string) =>
      Effect.sync(() => {
        if (job.progress === undefined) awake.openUnsafe()
        job.progress = {
          fraction: Math.min(1, Math.max(0, fraction)),
          text: text === undefined ? null : storable(text)
        }
      })
    yield* superviseAttempt({
      job: handler.job,
      begun,
      attempt: handler.run(begun, progress),
      stop: job.stop,
      scope
    }).pipe(
      Effect.flatMap((outcome) => end(begun, outcome)),
      Effect.forkIn(scope)
    )
  })
}

const logFailure = ({ attempt, id, name }: BegunAttempt, { error, state }: AttemptOutcome) =>
  (state === "dead"
    ? Effect.logError("A job has failed for good")
    : Effect.logDebug("A job failed, and is tried again"))
    .pipe(Effect.annotateLogs({ job: id, name, attempt, error }))
