import { Cause, Deferred, Duration, Effect, Exit, Fiber, Option, Random, Schema, type Scope } from "effect"
import { inTrace } from "../observability/TraceContext.ts"
import type { Job } from "./Job.ts"
import type { AttemptOutcome, BegunAttempt } from "./JobAttemptStore.ts"
import type { JobId } from "./JobRecord.ts"
import { largestPayload } from "./largestPayload.ts"
import { retryDelay } from "./retryDelay.ts"

/** Thrown by a handler for which another attempt is of no use: the job is dead at once. */
export class JobGivenUp extends Schema.TaggedError<JobGivenUp>()("JobGivenUp", { reason: Schema.String }) {
  override get message() {
    return this.reason
  }
}

/** What a handler knows of its job beside the payload. */
export interface JobContext {
  readonly id: JobId
  /** From 1. */
  readonly attempt: number
  /** The same for every attempt of the job: what is done outside under this key is done once. */
  readonly idempotencyKey: string
  /** Says how far it is, from 0 to 1; written about once a second. */
  readonly progress: (fraction: number, text?: string) => Effect.Effect<void>
}

/** How an attempt ended, as the handler sees it. */
type Ending =
  | { readonly kind: "succeeded"; readonly result: string }
  | { readonly kind: "failed"; readonly error: string; readonly forGood: boolean }

/** Runs one attempt of a type of job. Fails with nothing and dies of nothing, but may be interrupted. */
export type RunAttempt = (
  begun: BegunAttempt,
  progress: (fraction: number, text?: string) => Effect.Effect<void>
) => Effect.Effect<Ending>

/** Makes a handler one that takes JSON text and tells how it ended. */
export const runAttempt = <P, S, E, R>(
  job: Job<Schema.Codec<P, any>, Schema.Codec<S, any>>,
  handler: (payload: P, context: JobContext) => Effect.Effect<S, E, R>
) =>
(begun: BegunAttempt, progress: JobContext["progress"]): Effect.Effect<Ending, never, R> =>
  Effect.gen(function*() {
    const payload = yield* Schema.decodeEffect(job.payloadText)(begun.payload).pipe(
      Effect.mapError((error) => new JobGivenUp({ reason: `The payload does not fit: ${error.message}` }))
    )
    const value = yield* handler(payload, {
      id: begun.id,
      attempt: begun.attempt,
      idempotencyKey: begun.id,
      progress
    })
    const result = yield* Schema.encodeEffect(job.successText)(value).pipe(
      Effect.mapError((error) =>
        new JobGivenUp({ reason: `It succeeded, but its result does not fit: ${error.message}` })
      )
    )
    const bytes = Buffer.byteLength(result)
    if (bytes > largestPayload) {
      const reason = `It succeeded, but its result has ${bytes} bytes, and ${largestPayload} are the most`
      return yield* new JobGivenUp({ reason })
    }
    return { kind: "succeeded", result } as const
  }).pipe(
    Effect.catchCause((cause): Effect.Effect<Ending> =>
      Cause.hasInterruptsOnly(cause) ? Effect.failCause(cause as Cause.Cause<never>) : Effect.succeed(failure(cause))
    ),
    Effect.annotateLogs({ job: begun.id, name: begun.name }),
    Effect.withSpan(`job ${begun.name}`, {
      root: begun.traceparent === null,
      attributes: { "job.id": begun.id, "job.attempt": begun.attempt, "tenant.id": begun.tenantId }
    }),
    inTrace(begun.traceparent)
  )

const failure = (cause: Cause.Cause<unknown>): Ending => {
  const error = Cause.squash(cause)
  return error instanceof JobGivenUp
    ? { kind: "failed", error: error.reason, forGood: true }
    : { kind: "failed", error: Cause.pretty(cause), forGood: false }
}

/** Why an attempt is ended from outside. */
export type StopReason = "cancelled" | "handed over"

/** How long an interrupted handler may take for its own end; after that it is left behind, and its slot is free. */
const lastWords = Duration.seconds(2)

/**
 * Runs an attempt until it ends, is stopped, or has taken longer than `timeout`. Nothing if it was handed over: then the
 * attempt has no outcome.
 */
export const superviseAttempt = Effect.fnUntraced(function*(options: {
  readonly job: Pick<Job<any, any>, "retry" | "timeout">
  readonly begun: BegunAttempt
  readonly attempt: Effect.Effect<Ending>
  readonly stop: Deferred.Deferred<StopReason>
  readonly scope: Scope.Scope
}): Effect.fn.Return<AttemptOutcome | undefined> {
  const { attempt, begun, job, scope, stop } = options
  const early = yield* Deferred.poll(stop)
  if (Option.isSome(early)) return stopped(begun, yield* early.value)
  const running = yield* Effect.forkIn(attempt, scope)
  const ended = Effect.asSome(Fiber.await(running))
  const ending = yield* ended.pipe(
    Effect.raceFirst(Effect.as(Deferred.await(stop), Option.none())),
    Effect.timeoutOrElse({ duration: job.timeout, orElse: () => Effect.succeedNone })
  )
  if (Option.isNone(ending)) yield* Effect.timeoutOption(Fiber.interrupt(running), lastWords)
  const exit = running.pollUnsafe()
  if (exit !== undefined && Exit.isSuccess(exit)) return yield* outcome(begun, job, exit.value)

  const reason = yield* Deferred.poll(stop)
  if (Option.isNone(reason)) {
    const error = Option.isNone(ending)
      ? `It took longer than ${Duration.format(job.timeout)}`
      : "Its handler was interrupted"
    return yield* outcome(begun, job, { kind: "failed", error, forGood: false })
  }
  return stopped(begun, yield* reason.value)
})

const stopped = (begun: BegunAttempt, reason: StopReason): AttemptOutcome | undefined =>
  reason === "handed over"
    ? undefined
    : { ...identity(begun), state: "cancelled", wait: 0, error: null, result: null }

const identity = ({ attempt, id, tenantId }: BegunAttempt) => ({ tenantId, id, attempt })

const outcome = Effect.fnUntraced(function*(begun: BegunAttempt, job: Pick<Job<any, any>, "retry">, ending: Ending) {
  const base = { ...identity(begun), wait: 0, error: null, result: null }
  if (ending.kind === "succeeded") {
    const succeeded: AttemptOutcome = { ...base, state: "succeeded", result: ending.result }
    return succeeded
  }
  const dead = ending.forGood || begun.attempt >= begun.attempts
  const failed: AttemptOutcome = {
    ...base,
    state: dead ? "dead" : "scheduled",
    wait: dead ? 0 : retryDelay(job.retry, begun.attempt, yield* Random.next),
    error: storable(ending.error)
  }
  return failed
})

/** Text that PostgreSQL takes: without zero bytes and halves of characters, and not too long. */
export const storable = (text: string) => text.slice(0, 4000).replaceAll("\0", "").toWellFormed()
