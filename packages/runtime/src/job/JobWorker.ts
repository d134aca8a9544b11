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
    const withServices = over(yield* Effect.context<Exclude<R, CurrentTenant>>())
    const run = runAttempt(job, handler)
    yield* register({
      job,
      run: (begun, progress) =>
        Effect.updateContext(
          run(begun, progress),
          (owners: Context.Context<never>) =>
            Context.add(withServices(owners), CurrentTenant, { id: begun.tenantId }) as Context.Context<R>
        )
    })
  }))

/**
 * Puts the handler's services over those of whoever runs it, once for each of these: putting them together for each job would be
 * a fifth of what a job allocates.
 */
const over = <R>(services: Context.Context<R>) => {
  const merged = new WeakMap<Context.Context<never>, Context.Context<R>>()
  return (owners: Context.Context<never>) => {
    const known = merged.get(owners)
    if (known !== undefined) return known
    const both = Context.merge(owners, services)
    merged.set(owners, both)
    return both
  }
}

export const JobWorker = { layer }
