import { CurrentTenant } from "@innkeeper/database"
import { Context, Effect, Layer, type Schema } from "effect"
import type { Job } from "./Job.ts"
import { type JobContext, runAttempt } from "./JobAttempt.ts"
import { JobRunner } from "./JobRunner.ts"

/**
 * Runs jobs of a type, as the tenant whose job it is. A handler runs at least once and may run again after a crash: what it
 * does outside it does under `idempotencyKey`. If it fails it is tried again as the job's policy says, unless it fails with
 * `JobGivenUp`.
 */
const layer = <P, S, E, R>(
  job: Job<Schema.Codec<P, any>, Schema.Codec<S, any>>,
  handler: (payload: P, context: JobContext) => Effect.Effect<S, E, R>
): Layer.Layer<never, never, JobRunner | Exclude<R, CurrentTenant>> =>
  Layer.effectDiscard(Effect.gen(function*() {
    const { register } = yield* JobRunner
    const context = yield* Effect.context<Exclude<R, CurrentTenant>>()
    const run = runAttempt(job, handler)
    yield* register({
      job,
      run: (begun, progress) =>
        Effect.provideContext(
          run(begun, progress),
          Context.add(context, CurrentTenant, { id: begun.tenantId }) as Context.Context<R>
        )
    })
  }))

export const JobWorker = { layer }
