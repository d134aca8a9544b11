import type { TenantId } from "@innkeeper/config"
import { asTenant, CurrentTenant, tenantWork } from "@innkeeper/database"
import { Clock, Context, DateTime, Duration, Effect, Layer, Metric, Option, Schema } from "effect"
import { SecureRandom } from "effect/crypto"
import { SqlClient } from "effect/sql"
import { breaksConstraint, groupCommit } from "../batch/groupCommit.ts"
import { inBatches } from "../batch/inBatches.ts"
import { currentTraceparent } from "../observability/TraceContext.ts"
import type { Job } from "./Job.ts"
import type { ReadyJob } from "./JobAttemptStore.ts"
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
import { cancelJob, findByKeys, findJob, insertJobs, type NewJob, searchJobs, type WrittenJob } from "./JobStore.ts"
import { largestPayload } from "./largestPayload.ts"
import { OwnersHere, placeName } from "./OwnersHere.ts"
import { attemptsOf } from "./retryDelay.ts"
import { StoringTurns } from "./StoringTurns.ts"

/** Bytes of payloads, roughly, and jobs that one statement writes. */
const statementSize = { bytes: 4 * 1024 * 1024, jobs: 1000 }

/** Jobs of one call that are few enough to be written with those of others. */
const few = 10

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
  static readonly layer = Layer.effect(
    Jobs,
    Effect.gen(function*() {
      const { scoped } = yield* tenantWork
      const sql = yield* SqlClient.SqlClient
      const { onSession } = yield* JobStoreSession
      const { owners } = yield* OwnersHere

      /** Gives jobs that are committed to the owners of their partitions that are in this process. */
      const offer = (jobs: ReadonlyArray<NewJob>, written: ReadonlyMap<JobId, WrittenJob>) => {
        const ready = jobs.flatMap((job) => {
          const place = written.get(job.id)
          return place?.ready === true ? [{ name: placeName(place), job: readyJob(job, place.turn) }] : []
        })
        for (const [name, ofPlace] of Map.groupBy(ready, ({ name }) => name)) {
          owners.get(name)?.offer(ofPlace.map(({ job }) => job))
        }
      }

      const write = (jobs: ReadonlyArray<NewJob>, here: ReadonlyArray<string>) =>
        Effect.map(
          scoped(Effect.forEach(statements(jobs), (part) => writeJobs(part, here))),
          (parts) => ({
            ids: parts.flatMap(({ ids }) => ids),
            written: new Map(parts.flatMap(({ written }) => [...written]))
          })
        )

      /** What callers ask for side by side, each in no transaction, is written by one statement. */
      const writeTogether = inBatches(
        Effect.fnUntraced(function*(asked: ReadonlyArray<ReadonlyArray<NewJob>>) {
          const given = asked.flat()
          const written = yield* Effect.orDie(onSession(insertJobs(given, [...owners.keys()])))
          offer(given, written)
          return asked.map((jobs): ReadonlyArray<JobId> => jobs.map(({ id }) => id))
        }),
        breaksConstraint,
        weightOf
      )

      const turns = new StoringTurns()

      /**
       * The same for jobs of one tenant, which are many or have keys: its jobs of the same keys are looked up, and may be waited
       * for.
       */
      const writeOwn = groupCommit(
        Effect.fnUntraced(function*(tenantId: TenantId, asked: ReadonlyArray<ReadonlyArray<NewJob>>) {
          const jobs = asked.flat()
          const many = jobs.length > few
          if (many) yield* Effect.sleep(turns.rest(tenantId, yield* Clock.currentTimeMillis))
          const [took, { ids, written }] = yield* Effect.timed(asTenant(tenantId)(write(jobs, [...owners.keys()])))
          offer(jobs, written)
          if (many) turns.stored(tenantId, yield* Clock.currentTimeMillis, Duration.toMillis(took))
          let from = 0
          return asked.map((jobs) => ids.slice(from, from += jobs.length))
        }),
        (jobs) => Math.max(jobs.length, weightOf(jobs))
      )

      const writeAsked = Effect.fnUntraced(function*(tenantId: TenantId, jobs: ReadonlyArray<NewJob>) {
        if (Option.isSome(yield* Effect.serviceOption(sql.transactionService))) {
          return (yield* write(jobs, [])).ids
        }
        turns.saw(tenantId, yield* Clock.currentTimeMillis)
        const together = jobs.length <= few && jobs.every(({ key }) => key === null)
        return yield* together ? writeTogether(jobs) : writeOwn(tenantId, jobs)
      })

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
          const ids = yield* writeAsked(tenantId, jobs)
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
  ).pipe(Layer.provide([JobStoreSession.layer, OwnersHere.layer]))
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

/** How much of a batch's 500 the jobs of one call are: a statement is no larger than `statementSize` then. */
const weightOf = (jobs: ReadonlyArray<NewJob>) =>
  jobs.reduce((weight, { payload }) => weight + Math.ceil(payload.length / (statementSize.bytes / 500)), 0)

/** Jobs in order, cut so that no statement is too large. */
const statements = (jobs: ReadonlyArray<NewJob>) => {
  const cut: Array<Array<NewJob>> = []
  let bytes = Infinity
  for (const job of jobs) {
    if (bytes + job.payload.length > statementSize.bytes || cut.at(-1)!.length === statementSize.jobs) {
      cut.push([])
      bytes = 0
    }
    cut.at(-1)!.push(job)
    bytes += job.payload.length
  }
  return cut
}

/** A job that may begin, as its owner knows it. */
const readyJob = ({ attempts, id, name, payload, tenantId }: NewJob, turn: number): ReadyJob => ({
  tenantId,
  id,
  name,
  bytes: Buffer.byteLength(payload),
  last: attempts <= 1,
  turn
})

/** Writes jobs and returns an id for each, its own or that of the unfinished one with its key, and those that were written. */
const writeJobs = Effect.fnUntraced(function*(jobs: ReadonlyArray<NewJob>, here: ReadonlyArray<string>) {
  const ids = new Map<NewJob, JobId>()
  const written = new Map<JobId, WrittenJob>()
  let left = jobs
  while (left.length > 0) {
    for (const [id, job] of yield* insertJobs(left, here)) written.set(id, job)
    const refused = left.filter(({ id }) => !written.has(id))
    for (const job of left) if (written.has(job.id)) ids.set(job, job.id)
    if (refused.length === 0) break
    const existing = yield* findByKeys(refused.map(({ key, name }) => ({ name, key: key! })))
    const byKey = new Map(existing.map(({ id, key, name }) => [`${name} ${key}`, id]))
    for (const job of refused) {
      const id = byKey.get(`${job.name} ${job.key}`)
      if (id !== undefined) ids.set(job, id)
    }
    // One that finished between the two statements is there no more: its key is free again.
    left = refused.filter((job) => !ids.has(job))
  }
  return { ids: jobs.map((job) => ids.get(job)!), written }
})
