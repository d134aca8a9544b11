import type { TenantId } from "@innkeeper/config"
import { asTenant, tenantWork } from "@innkeeper/database"
import { Clock, Duration, Effect, Exit, Option } from "effect"
import { SqlClient } from "effect/sql"
import { breaksConstraint } from "../batch/breaksConstraint.ts"
import { groupCommit } from "../batch/groupCommit.ts"
import { inBatches } from "../batch/inBatches.ts"
import { beginHere } from "./beginHere.ts"
import type { JobId } from "./JobRecord.ts"
import { JobStoreSession } from "./JobSession.ts"
import { findByKeys, insertJobs, type NewJob, readyJob, type WrittenJob } from "./JobStore.ts"
import { OwnersHere, placeName } from "./OwnersHere.ts"
import { StoringTurns } from "./StoringTurns.ts"

/** Bytes of payloads, roughly, and jobs that one statement writes. */
const statementSize = { bytes: 4 * 1024 * 1024, jobs: 1000 }

/** Jobs of one call that are few enough to be written with those of others. */
const few = 10

/** Jobs that were written, by their ids. */
type Written = ReadonlyMap<JobId, WrittenJob>

/** Writes jobs of one tenant, all or none, and returns an id for each: its own, or that of the unfinished one with its key. */
export const makeStoreJobs = Effect.gen(function*() {
  const { scoped } = yield* tenantWork
  const sql = yield* SqlClient.SqlClient
  const { onSession } = yield* JobStoreSession
  const { owners } = yield* OwnersHere

  /** Gives jobs that are committed and may begin to the owners of their partitions that are in this process. */
  const offer = (jobs: ReadonlyArray<NewJob>, written: Written) => {
    for (const job of jobs) {
      const place = written.get(job.id)
      if (place?.state === "ready") owners.get(placeName(place))?.offer(readyJob(job, place.turn))
    }
  }

  /** In a transaction of the tenant. `names`: partitions whose owners are told by `offer`. */
  const write = (jobs: ReadonlyArray<NewJob>, names: ReadonlyArray<string>) =>
    Effect.map(
      scoped(Effect.forEach(statements(jobs), (part) => writeJobs(part, names))),
      (parts) => ({
        ids: parts.flatMap(({ ids }) => ids),
        written: new Map(parts.flatMap(({ written }) => [...written]))
      })
    )

  /** What callers ask for side by side, each in no transaction, is written by one statement, and begins with it where it can. */
  const writeTogether = inBatches(
    Effect.fnUntraced(function*(asked: ReadonlyArray<ReadonlyArray<NewJob>>) {
      const jobs = asked.flat()
      const begun = beginHere(owners, jobs, yield* Clock.currentTimeMillis)
      const written = yield* insertJobs(jobs, { names: [...owners.keys()], begun: begun.places }).pipe(
        onSession,
        Effect.orDie,
        Effect.onExit((exit) => Effect.sync(() => begun.settle(runningOf(exit))))
      )
      offer(jobs, written)
      return asked.map((jobs): ReadonlyArray<JobId> => jobs.map(({ id }) => id))
    }),
    breaksConstraint,
    weightOf
  )

  const turns = new StoringTurns()

  /** The same for jobs of one tenant that are many, or that have keys: others of the same keys may be waited for. */
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

  return Effect.fnUntraced(function*(tenantId: TenantId, jobs: ReadonlyArray<NewJob>) {
    const inTransaction = Option.isSome(yield* Effect.serviceOption(sql.transactionService))
    if (inTransaction) return (yield* write(jobs, [])).ids
    turns.saw(tenantId, yield* Clock.currentTimeMillis)
    const together = jobs.length <= few && jobs.every(({ key }) => key === null)
    return yield* together ? writeTogether(jobs) : writeOwn(tenantId, jobs)
  })
})

/** Which jobs are stored as running; nobody knows if the statement failed but for a constraint. */
const runningOf = (exit: Exit.Exit<Written>) => {
  if (Exit.isSuccess(exit)) {
    return new Set(Array.from(exit.value.values()).flatMap(({ id, state }) => state === "running" ? [id] : []))
  }
  return breaksConstraint(exit.cause) ? new Set<JobId>() : undefined
}

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

/** Writes jobs and returns an id for each, its own or that of the unfinished one with its key, and those that were written. */
const writeJobs = Effect.fnUntraced(function*(jobs: ReadonlyArray<NewJob>, names: ReadonlyArray<string>) {
  const ids = new Map<NewJob, JobId>()
  const written = new Map<JobId, WrittenJob>()
  let left = jobs
  while (left.length > 0) {
    for (const [id, job] of yield* insertJobs(left, { names, begun: new Map() })) written.set(id, job)
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
