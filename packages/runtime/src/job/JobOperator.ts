import type { TenantId } from "@innkeeper/config"
import { platformWork } from "@innkeeper/database"
import { Context, Effect, Layer } from "effect"
import { discardJob, queueStates, replayJob } from "./JobOperatorStore.ts"
import {
  type JobDetail,
  type JobFilter,
  type JobId,
  JobNotFound,
  JobNotInState,
  type JobRecord,
  type QueueState
} from "./JobRecord.ts"
import { cancelJob, findJob, searchJobs } from "./JobStore.ts"

/** The jobs of all tenants, for those who run the platform. */
export class JobOperator extends Context.Service<JobOperator, {
  /** Every queue: what waits, runs and is dead, and for how long the oldest waits. */
  readonly queues: Effect.Effect<ReadonlyArray<QueueState>>
  readonly search: (
    filter: JobFilter & { readonly tenantId?: TenantId }
  ) => Effect.Effect<ReadonlyArray<JobRecord>>
  readonly get: (id: JobId) => Effect.Effect<JobDetail, JobNotFound>
  /** Runs a dead job again, under the same id and idempotency key, with all its attempts before it. */
  readonly replay: (id: JobId) => Effect.Effect<JobDetail, JobNotFound | JobNotInState>
  /** Lets go of a dead job: it is `cancelled` then. */
  readonly discard: (id: JobId) => Effect.Effect<JobDetail, JobNotFound | JobNotInState>
  /** As `Jobs.cancel`. */
  readonly cancel: (id: JobId) => Effect.Effect<JobDetail, JobNotFound>
}>()("runtime/JobOperator") {
  static readonly layer = Layer.effect(
    JobOperator,
    Effect.gen(function*() {
      const asPlatform = yield* platformWork("jobs of all tenants")

      const get = Effect.fn("JobOperator.get")((id: JobId) =>
        asPlatform(findJob(id)).pipe(
          Effect.filterOrFail((job) => job !== undefined, () => new JobNotFound({ id }))
        )
      )

      /** What can be done to a dead job alone. */
      const toDead = (id: JobId, change: ReturnType<typeof replayJob>) =>
        Effect.gen(function*() {
          const done = yield* asPlatform(change)
          const job = yield* get(id)
          return done ? job : yield* new JobNotInState({ id, state: job.state, expected: "dead" })
        })

      return JobOperator.of({
        queues: Effect.withSpan(asPlatform(queueStates), "JobOperator.queues"),
        search: Effect.fn("JobOperator.search")((filter) => asPlatform(searchJobs(filter))),
        get,
        replay: Effect.fn("JobOperator.replay")((id: JobId) => toDead(id, replayJob(id))),
        discard: Effect.fn("JobOperator.discard")((id: JobId) => toDead(id, discardJob(id))),
        cancel: Effect.fn("JobOperator.cancel")((id: JobId) => Effect.andThen(asPlatform(cancelJob(id)), get(id)))
      })
    })
  )
}
