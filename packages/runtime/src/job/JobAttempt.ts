import { Cause, Duration, Effect, Exit, Random, Schema } from "effect"
import { inTrace } from "../observability/TraceContext.ts"
import { storable } from "../storable.ts"
import type { StopReason } from "./BegunAttempts.ts"
import type { Job } from "./Job.ts"
import type { AttemptOutcome, BegunAttempt } from "./JobAttemptStore.ts"
import type { JobId } from "./JobRecord.ts"
import { largestPayload } from "./largestPayload.ts"
import { retryDelay, type RetryPolicy } from "./retryDelay.ts"

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
export type Ending =
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
    }, { captureStackTrace: false }),
    inTrace(begun.traceparent)
  )

const failure = (cause: Cause.Cause<unknown>): Ending => {
  const error = Cause.squash(cause)
  return error instanceof JobGivenUp
    ? { kind: "failed", error: error.reason, forGood: true }
    : { kind: "failed", error: Cause.pretty(cause), forGood: false }
}

const identity = ({ attempt, id, tenantId }: BegunAttempt) => ({
  tenantId,
  id,
  attempt,
  wait: 0,
  error: null,
  result: null
})

/** Of an attempt that was cancelled. */
export const cancelledOutcome = (begun: BegunAttempt): AttemptOutcome => ({ ...identity(begun), state: "cancelled" })

/**
 * What follows from how an attempt ended. Nothing if it was handed over: then it has no outcome. `exit` is missing where it
 * did not let itself be interrupted.
 */
export const outcomeOf = Effect.fnUntraced(function*({ begun, exit, job, stopped }: {
  readonly begun: BegunAttempt
  readonly job: Pick<Job<any, any>, "retry" | "timeout">
  readonly exit: Exit.Exit<Ending> | undefined
  readonly stopped: StopReason | undefined
}): Effect.fn.Return<AttemptOutcome | undefined> {
  if (exit !== undefined && Exit.isSuccess(exit)) {
    return exit.value.kind === "succeeded"
      ? { ...identity(begun), state: "succeeded", result: exit.value.result }
      : yield* failedOutcome(begun, job.retry, exit.value)
  }
  if (stopped === "handed over") return undefined
  if (stopped === "cancelled") return cancelledOutcome(begun)
  const error = stopped === undefined
    ? "Its handler was interrupted"
    : `It took longer than ${Duration.format(job.timeout)}`
  return yield* failedOutcome(begun, job.retry, { error, forGood: false })
})

const failedOutcome = Effect.fnUntraced(function*(
  begun: BegunAttempt,
  retry: RetryPolicy,
  { error, forGood }: { readonly error: string; readonly forGood: boolean }
) {
  const dead = forGood || begun.attempt >= begun.attempts
  const outcome: AttemptOutcome = {
    ...identity(begun),
    state: dead ? "dead" : "scheduled",
    wait: dead ? 0 : retryDelay(retry, begun.attempt, yield* Random.next),
    error: storable(error)
  }
  return outcome
})
