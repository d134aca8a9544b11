import { withPlatform } from "@innkeeper/database"
import { Clock, Duration, Effect, Exit, Latch } from "effect"
import { planByIndex } from "../byIndex.ts"
import { type Attempts, makeAttempts } from "./Attempts.ts"
import { recentBegins } from "./BeginStore.ts"
import { type AttemptOutcome, writeRound } from "./JobAttemptStore.ts"
import { roundCounter } from "./jobMetrics.ts"
import { giveBackJobs, type OwnedPartition, recoverJobs, takeOver } from "./JobPartitionStore.ts"
import { type JobQueue, shareOf, tenantShare } from "./JobQueue.ts"
import type { Known } from "./JobRunner.ts"
import { JobSignal } from "./JobSignal.ts"
import { PartitionMemory } from "./PartitionMemory.ts"
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
 * It works in rounds. What happens during a round goes into the next one, so many jobs cost few transactions and a single
 * one waits for nobody.
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
  Effect.withTracerEnabled(withPlatform("jobs")(effect), false)

const own = Effect.fnUntraced(function*({ known, partition, queue }: Options) {
  const signal = yield* JobSignal
  const owned = yield* asOwner(
    planByIndex.pipe(Effect.andThen(takeOver({ queue: queue.name, partition })), Effect.tap(recoverJobs))
  )
  const memory = yield* asOwner(makeMemory(queue, owned))
  const awake = Latch.makeUnsafe(false)
  const attempts = yield* makeAttempts({ memory, known, awake: awake.open })
  yield* signal.watch({
    ...owned,
    tell: (message) => {
      if (message === "cancel") memory.cancelling = true
      else memory.stale = true
      awake.openUnsafe()
    },
    offer: (job) => {
      memory.offer(job)
      awake.openUnsafe()
    },
    begin: (jobs, now) => memory.begin(jobs, now, (name) => known(name, now)),
    settle: (ids, written) => {
      memory.settle(ids, written)
      attempts.wake()
      awake.openUnsafe()
    }
  })
  yield* Effect.addFinalizer(() => letGo(owned, memory, attempts))

  const countRound = roundCounter(queue.name)
  for (let failures = 0;;) {
    // What has just ended comes along.
    yield* Effect.yieldNow
    awake.closeUnsafe()
    const now = yield* Clock.currentTimeMillis
    memory.takeOffered((name) => known(name, now))
    const born = memory.takeBorn()
    if (born.length > 0) yield* countRound({ begun: born, ended: [], inHand: memory.begun.all.size })
    const pause = memory.pause(now)
    if (pause > 0) {
      yield* Effect.timeoutOption(awake.await, pause)
      continue
    }
    const [took, exit] = yield* Effect.timed(Effect.exit(
      Effect.withTracerEnabled(partitionRound({ owned, queue, memory, known: (name) => known(name, now), now }), false)
    ))
    memory.clearing = false
    if (Exit.isFailure(exit)) {
      yield* Effect.logWarning("A round of jobs failed and is tried again", exit.cause)
      memory.stale = memory.cancelling = memory.doubtful = true
      memory.window.clear()
      yield* Effect.sleep(Math.min(3000, 200 * 2 ** Math.min(failures++, 4)))
      continue
    }
    failures = 0
    memory.roundTook(Duration.toMillis(took))
    const done = exit.value
    if (done === undefined) {
      yield* attempts.stop(memory.begun.all.values(), "handed over")
      return yield* Effect.logWarning("Another process has taken over a partition of jobs")
    }

    const ended = done.outcomes.filter(({ id }) => !done.unwritten.has(id))
    // What has ended meanwhile stands behind what was written.
    memory.outcomes = [
      ...done.outcomes.filter(({ id }) => done.unwritten.has(id)),
      ...memory.outcomes.slice(done.outcomes.length)
    ]
    memory.held = done.unwritten
    memory.endedAt = now
    const after = yield* Clock.currentTimeMillis
    memory.dueAt = nextDue(memory.dueAt, after, done)
    memory.rate?.begin(after, done.begun.length)
    yield* attempts.stop(done.cancelled.flatMap((id) => memory.begun.all.get(id) ?? []), "cancelled")
    for (const job of done.picked) {
      memory.window.remove(job)
      memory.turns.took(job.tenantId)
    }
    for (const attempt of done.begun) memory.begun.add(attempt)
    yield* countRound({ begun: done.begun, ended, inHand: memory.begun.all.size })
    yield* attempts.dispatch
  }
})

const makeMemory = Effect.fnUntraced(function*({ concurrency, partitions, rate }: JobQueue, owned: OwnedPartition) {
  const slots = shareOf(concurrency, owned.partition, partitions)
  const share = tenantShare(slots)
  if (rate === undefined) return new PartitionMemory({ slots, share, rate: undefined })
  const window = new RateWindow(shareOf(rate.limit, owned.partition, partitions), Duration.toMillis(rate.window))
  const now = yield* Clock.currentTimeMillis
  const ago = yield* Effect.andThen(planByIndex, recentBegins(owned, window.window, window.limit))
  for (const milliseconds of ago.reverse()) window.begin(now - milliseconds, 1)
  return new PartitionMemory({ slots, share, rate: window })
})

/** When the next scheduled job is due, by what was known before and what a round has learnt. */
const nextDue = (before: number, now: number, done: {
  readonly dueIn: number | null | undefined
  readonly outcomes: ReadonlyArray<AttemptOutcome>
}) => {
  const retries = done.outcomes.flatMap(({ state, wait }) => state === "scheduled" ? [now + wait] : [])
  const found = done.dueIn === undefined ? before : now + Math.max(dueRest, done.dueIn ?? Infinity)
  return Math.min(found, ...retries)
}

/**
 * When the owner goes, running attempts have a moment to end; what still runs then is interrupted. It and what has not
 * run yet are given back, and do not count as attempts.
 */
const letGo = Effect.fnUntraced(function*(owned: OwnedPartition, memory: PartitionMemory, attempts: Attempts) {
  memory.leaving = true
  const waiting = [...memory.begun.all.values()].filter(({ runs, written }) => written && !runs)
  yield* attempts.stop(waiting, "handed over")
  yield* Effect.timeoutOption(attempts.ended, grace.running)
  yield* attempts.stop(memory.begun.all.values(), "handed over")
  yield* Effect.timeoutOption(attempts.ended, grace.interrupted)
  yield* asOwner(Effect.gen(function*() {
    const written = yield* writeRound(owned, memory.outcomes, [])
    if (written !== undefined) yield* giveBackJobs(owned, [])
  })).pipe(
    Effect.timeout(grace.writes),
    Effect.catch((error) => Effect.logWarning("Could not give jobs back; the next owner will take them up", error))
  )
})
