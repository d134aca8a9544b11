import { CurrentTenant, tenantWork } from "@innkeeper/database"
import { Context, DateTime, Duration, Effect, Layer, Metric, Schema } from "effect"
import { SecureRandom } from "effect/crypto"
import { currentTraceparent } from "../observability/TraceContext.ts"
import type { Job } from "./Job.ts"
import {
  type JobDetail,
  type JobFilter,
  JobId,
  JobNotFound,
  type JobPriority,
  type JobRecord,
  JobRefused
} from "./JobRecord.ts"
import { JobStoreSession } from "./JobSession.ts"
import { cancelJob, findJob, type NewJob, searchJobs } from "./JobStore.ts"
import { largestPayload } from "./largestPayload.ts"
import { OwnersHere } from "./OwnersHere.ts"
import { attemptsOf } from "./retryDelay.ts"
import { makeStoreJobs } from "./storeJobs.ts"

const enqueued = Metric.counter("jobs_enqueued", { description: "Jobs that were written down", incremental: true })

/** What a job may be given beside its payload. */
export interface JobOptions {
  /** While a job of this type and key is unfinished, another is not made: enqueueing returns that one's id. */
  readonly key?: string
  readonly priority?: JobPriority
  /** Not before this has passed. */
  readonly delay?: Duration.Input
  /** Not before this instant. */
  readonly at?: DateTime.DateTime
}

type AJob<P, S> = Job<Schema.Codec<P, any>, Schema.Codec<S, any>>

/**
 * Background jobs of the current tenant.
 *
 * What is enqueued inside `withTenant` is there if, and only if, that transaction commits, and starts at once then.
 * @effect-expect-leaking CurrentTenant
 */
export class Jobs extends Context.Service<Jobs, {
  readonly enqueue: <P, S>(
    job: AJob<P, S>,
    payload: P,
    options?: JobOptions
  ) => Effect.Effect<JobId, JobRefused, CurrentTenant>
  /** The same for many, all or none; `key` gives each its own. The ids are in the order of the payloads. */
  readonly enqueueAll: <P, S>(
    job: AJob<P, S>,
    payloads: ReadonlyArray<P>,
    options?: Omit<JobOptions, "key"> & { readonly key?: (payload: P) => string }
  ) => Effect.Effect<ReadonlyArray<JobId>, JobRefused, CurrentTenant>
  readonly status: (id: JobId) => Effect.Effect<JobDetail, JobNotFound, CurrentTenant>
  /**
   * Ends a job that waits at once; one that runs is interrupted and ends as soon as it lets itself be, unless it has
   * succeeded by then. A job that has ended stays as it is. Returns the job as it is now.
   */
  readonly cancel: (id: JobId) => Effect.Effect<JobDetail, JobNotFound, CurrentTenant>
  readonly search: (filter: JobFilter) => Effect.Effect<ReadonlyArray<JobRecord>, never, CurrentTenant>
}>()("runtime/Jobs") {
  /** Gives `OwnersHere` as well, into which the owners of this process enter. */
  static readonly layer = Layer.effect(
    Jobs,
    Effect.gen(function*() {
      const { scoped } = yield* tenantWork
      const storeJobs = yield* makeStoreJobs

      const enqueueAll: Jobs["Service"]["enqueueAll"] = Effect.fn("Jobs.enqueueAll")(
        function*(job, payloads, options = {}) {
          const { key, ...rest } = options
          const { id: tenantId } = yield* CurrentTenant
          const traceparent = yield* currentTraceparent
          const jobs = yield* Effect.forEach(payloads, (payload) =>
            newJob(job, payload, {
              ...rest,
              ...key !== undefined && { key: key(payload) },
              tenantId,
              traceparent
            }))
          const ids = yield* storeJobs(tenantId, jobs)
          yield* Metric.update(Metric.withAttributes(enqueued, { queue: job.queue.name }), jobs.length)
          return ids
        }
      )

      const enqueue: Jobs["Service"]["enqueue"] = (job, payload, { key, ...options } = {}) =>
        Effect.map(
          enqueueAll(job, [payload], key === undefined ? options : { ...options, key: () => key }),
          ([id]) => id!
        )

      const status = Effect.fn("Jobs.status")((id: JobId) =>
        scoped(findJob(id)).pipe(
          Effect.filterOrFail((job) => job !== undefined, () => new JobNotFound({ id }))
        )
      )

      return Jobs.of({
        enqueue,
        enqueueAll,
        status,
        cancel: Effect.fn("Jobs.cancel")((id: JobId) => Effect.andThen(scoped(cancelJob(id)), status(id))),
        search: Effect.fn("Jobs.search")((filter: JobFilter) => scoped(searchJobs(filter)))
      })
    })
  ).pipe(Layer.provide(JobStoreSession.layer), Layer.provideMerge(OwnersHere.layer))
}

/** A job as it is to be written down, or why it cannot be. */
const newJob = Effect.fnUntraced(function*<P, S>(
  job: AJob<P, S>,
  payload: P,
  options: JobOptions & Pick<NewJob, "tenantId" | "traceparent">
) {
  const text = yield* Schema.encodeEffect(job.payloadText)(payload).pipe(
    Effect.mapError((error) => new JobRefused({ name: job.name, reason: `its payload does not fit: ${error.message}` }))
  )
  const bytes = Buffer.byteLength(text)
  if (bytes > largestPayload) {
    const reason = `its payload has ${bytes} bytes, and ${largestPayload} are the most`
    return yield* new JobRefused({ name: job.name, reason })
  }
  if (options.key !== undefined && !isKey(options.key)) {
    return yield* new JobRefused({ name: job.name, reason: "its key is not a text of 1 to 500 characters" })
  }
  const id = JobId.make(SecureRandom.uuidV7Unsafe())
  const wanted: NewJob = {
    tenantId: options.tenantId,
    id,
    queue: job.queue.name,
    name: job.name,
    priority: options.priority ?? job.priority,
    attempts: attemptsOf(job.retry),
    key: options.key ?? null,
    payload: text,
    wait: Duration.toMillis(options.delay ?? 0),
    at: options.at === undefined ? null : DateTime.formatIso(DateTime.toUtc(options.at)),
    spread: Number.parseInt(id.slice(-4), 16),
    traceparent: options.traceparent
  }
  return wanted
})

/** PostgreSQL keeps no zero bytes and no halves of characters. */
const isKey = (key: string) => key.length > 0 && key.length <= 500 && !key.includes("\0") && key.isWellFormed()
