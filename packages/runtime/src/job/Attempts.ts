import { Clock, Duration, Effect, Exit, Fiber, Latch, Scope } from "effect"
import { storable } from "../storable.ts"
import type { Running, StopReason } from "./BegunAttempts.ts"
import { cancelledOutcome, type Ending, outcomeOf } from "./JobAttempt.ts"
import type { AttemptOutcome, BegunAttempt } from "./JobAttemptStore.ts"
import type { JobHandler, Known } from "./JobRunner.ts"
import type { PartitionMemory } from "./PartitionMemory.ts"

/** How long an interrupted handler may take for its own end; after that it is left behind, and its slot is free. */
const lastWords = Duration.seconds(2)

/** Runs the begun attempts of a partition, each in its own fiber. */
export interface Attempts {
  /** Runs what there are slots for. */
  readonly dispatch: Effect.Effect<void>
  /** Has that done by a fiber of its own, after something has changed from outside. */
  readonly wake: () => void
  readonly stop: (jobs: Iterable<Running>, reason: StopReason) => Effect.Effect<void>
  /** Waits until none is left. */
  readonly ended: Effect.Effect<void>
}

/** They end with the scope; `awake` tells the owner that one of them has something to say. */
export const makeAttempts = Effect.fnUntraced(function*(options: {
  readonly memory: PartitionMemory
  readonly known: (name: string, now: number) => Known
  readonly awake: Effect.Effect<unknown>
}): Effect.fn.Return<Attempts, never, Scope.Scope> {
  const { awake, known, memory } = options
  // Handlers that do not let themselves be interrupted are left behind.
  const scope = yield* Effect.acquireRelease(
    Scope.make(),
    (scope) => Effect.forkDetach(Scope.close(scope, Exit.void))
  )
  const none = Latch.makeUnsafe(true)
  /** Open when a deadline is earlier than the one that is waited for. */
  const earlier = Latch.makeUnsafe(false)
  let nextDeadline = Infinity

  const openIfNone = () => {
    if (memory.begun.all.size === 0) none.openUnsafe()
  }

  const remove = (job: Running) => {
    const removed = memory.begun.remove(job)
    openIfNone()
    return removed
  }

  /** The attempt has ended, or is left behind. */
  const end = Effect.fnUntraced(function*(job: Running, handler: JobHandler, exit: Exit.Exit<Ending> | undefined) {
    if (!remove(job)) return
    const outcome = yield* outcomeOf({ begun: job.begun, job: handler.job, exit, stopped: job.stopped })
    if (outcome !== undefined) {
      memory.outcomes.push(outcome)
      if (outcome.error !== null) yield* logFailure(job.begun, outcome)
    }
    yield* dispatch
    yield* awake
  })

  const run = Effect.fnUntraced(function*(job: Running, handler: JobHandler, since: number) {
    const progress = (fraction: number, text?: string) =>
      Effect.suspend(() => {
        const silent = job.progress === undefined
        job.progress = {
          fraction: Math.min(1, Math.max(0, fraction)),
          text: text === undefined ? null : storable(text)
        }
        return silent ? Effect.asVoid(awake) : Effect.void
      })
    const exit = yield* Effect.exit(Effect.interruptible(handler.run(job.begun, progress)))
    memory.attemptTook((yield* Clock.currentTimeMillis) - since)
    yield* end(job, handler, exit)
  })

  const start = Effect.fnUntraced(function*(job: Running) {
    const since = yield* Clock.currentTimeMillis
    const handler = known(job.begun.name, since)
    if (typeof handler !== "object") {
      memory.doubtful = true
      remove(job)
      return yield* awake
    }
    if (!memory.begun.all.has(job.begun.id)) return
    const fiber = yield* Effect.forkIn(run(job, handler, since), scope, { uninterruptible: true })
    const deadline = since + Duration.toMillis(handler.job.timeout)
    job.run = { fiber, handler, deadline }
    if (deadline < nextDeadline) earlier.openUnsafe()
  })

  const dispatch: Effect.Effect<void> = Effect.suspend(() => {
    const next = memory.nextToRun()
    if (next.length === 0) return Effect.void
    // At once, so that nobody who dispatches meanwhile takes them or their slots.
    for (const job of next) memory.begun.start(job)
    return Effect.forEach(next, start, { discard: true })
  })

  const woken = Latch.makeUnsafe(false)
  yield* Effect.forkIn(
    Effect.forever(Effect.andThen(
      woken.await,
      Effect.suspend(() => {
        woken.closeUnsafe()
        return dispatch
      })
    )),
    scope
  )

  const stopOne = Effect.fnUntraced(function*(job: Running, reason: StopReason) {
    job.stopped ??= reason
    const { run } = job
    if (run === undefined) {
      if (remove(job) && reason === "cancelled") memory.outcomes.push(cancelledOutcome(job.begun))
      return yield* awake
    }
    yield* Effect.timeoutOption(Fiber.interrupt(run.fiber), lastWords).pipe(
      Effect.andThen(end(job, run.handler, undefined)),
      Effect.forkIn(scope)
    )
  })
  const stop: Attempts["stop"] = (jobs, reason) =>
    Effect.forEach([...jobs], (job) => stopOne(job, reason), { discard: true })

  const deadlineOf = ({ run, stopped }: Running) => stopped === undefined && run !== undefined ? run.deadline : Infinity
  /** Stops what has run for too long; sleeps until the next deadline. */
  const watchDeadlines = Effect.gen(function*() {
    const now = yield* Clock.currentTimeMillis
    yield* stop([...memory.begun.all.values()].filter((job) => deadlineOf(job) <= now), "took too long")
    earlier.closeUnsafe()
    nextDeadline = Infinity
    for (const job of memory.begun.all.values()) nextDeadline = Math.min(nextDeadline, deadlineOf(job))
    yield* nextDeadline === Infinity
      ? earlier.await
      : Effect.timeoutOption(earlier.await, Math.max(0, nextDeadline - now))
  })
  yield* Effect.forkIn(Effect.forever(watchDeadlines), scope)

  return {
    dispatch,
    wake: () => {
      openIfNone()
      woken.openUnsafe()
    },
    stop,
    ended: Effect.suspend(() => {
      if (memory.begun.all.size > 0) none.closeUnsafe()
      return none.await
    })
  }
})

const logFailure = ({ attempt, id, name }: BegunAttempt, { error, state }: AttemptOutcome) =>
  (state === "dead"
    ? Effect.logError("A job has failed for good")
    : Effect.logDebug("A job failed, and is tried again"))
    .pipe(Effect.annotateLogs({ job: id, name, attempt, error }))
