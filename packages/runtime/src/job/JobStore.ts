import type { TenantId } from "@innkeeper/config"
import { Effect, Schema } from "effect"
import { SqlClient } from "effect/sql"
import type { ReadyJob } from "./JobAttemptStore.ts"
import { cancelMessage, channel, wakeMessage } from "./jobMessage.ts"
import type { OwnedPartition, PartitionPlace } from "./JobPartitionStore.ts"
import { JobDetail, type JobFilter, type JobId, type JobPriority, JobRecord } from "./JobRecord.ts"
import { headway } from "./turn.ts"

/** A job as it is written down. */
export interface NewJob {
  readonly tenantId: TenantId
  readonly id: JobId
  readonly queue: string
  readonly name: string
  readonly priority: JobPriority
  readonly attempts: number
  readonly key: string | null
  readonly payload: string
  /** Milliseconds from now until it is due, or the instant in ISO 8601. */
  readonly wait: number
  readonly at: string | null
  /** Any number that spreads the jobs over the partitions. */
  readonly spread: number
  /** The trace that it belongs to (W3C Trace Context). */
  readonly traceparent: string | null
}

/** A job that was written, and where. */
export interface WrittenJob extends PartitionPlace {
  readonly id: JobId
  /** Orders the jobs of its tenant. */
  readonly turn: number
  /** `scheduled` until it is due, and `running` for one that begins at once. */
  readonly state: "scheduled" | "ready" | "running"
}

/** A job that may begin, as its owner knows it. */
export const readyJob = ({ attempts, id, name, payload, tenantId }: NewJob, turn: number): ReadyJob => ({
  tenantId,
  id,
  name,
  bytes: Buffer.byteLength(payload),
  last: attempts <= 1,
  turn
})

/** What the process that stores jobs does itself, so that nobody has to be told. */
interface Here {
  /** Names of the partitions whose owners it tells of jobs that may begin. */
  readonly names: ReadonlyArray<string>
  /** Jobs that begin as they are stored, in partitions that it owns. For a session that sees all tenants. */
  readonly begun: ReadonlyMap<JobId, OwnedPartition>
}

/** Partitions that are held until the transaction ends, as `held (queue, partition, epoch)`; none if a newer owner has it. */
const heldPartitions = Effect.fnUntraced(function*(begun: Here["begun"]) {
  const sql = yield* SqlClient.SqlClient
  if (begun.size === 0) return sql`SELECT '' AS queue, 0::smallint AS partition, 0::bigint AS epoch WHERE false`
  const places = [...new Set(begun.values())].map(({ epoch, partition, queue }) => ({ queue, partition, epoch }))
  return sql`
    SELECT place.queue, place.partition, place.epoch
    FROM jsonb_to_recordset(${JSON.stringify(places)}::jsonb) AS own (queue text, partition smallint, epoch bigint)
    JOIN job_partition place USING (queue, partition, epoch) FOR SHARE OF place`
})

/**
 * Writes jobs, of those tenants that the caller may write for. The owners of their partitions are woken at the commit, but
 * for what is done `here`: jobs that begin at once, where their owner is still the partition's, and those of which the caller
 * tells.
 */
export const insertJobs = Effect.fnUntraced(function*(jobs: ReadonlyArray<NewJob>, here: Here) {
  const sql = yield* SqlClient.SqlClient
  const rows = jobs.map((job) => {
    const own = here.begun.get(job.id)
    return { ...job, headway: headway[job.priority], partition: own?.partition, epoch: own?.epoch }
  })
  const written = yield* sql<WrittenJob>`
    WITH held AS MATERIALIZED (${yield* heldPartitions(here.begun)}), given AS (
      SELECT asked.*, held.epoch AS held, coalesce(at, clock_timestamp() + make_interval(secs => wait / 1000.0)) AS due_at
      FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS asked (
        "tenantId" uuid, id uuid, queue text, name text, priority text, attempts integer, key text, payload text, wait float8,
        at timestamptz, spread integer, headway float8, traceparent text, partition smallint, epoch bigint)
      LEFT JOIN held USING (queue, partition, epoch)
    ), written AS (
      INSERT INTO job (tenant_id, id, queue, partition, name, state, priority, key, payload, attempts, due_at, turn, traceparent,
        attempt, epoch, started_at)
      SELECT "tenantId", id, given.queue,
        CASE WHEN held IS NULL THEN spread % coalesce(job_queue.partitions, 1) ELSE partition END, given.name,
        CASE WHEN held IS NOT NULL THEN 'running' WHEN due_at > clock_timestamp() THEN 'scheduled' ELSE 'ready' END,
        priority, key, payload, attempts, due_at, due_at + make_interval(secs => headway / 1000), traceparent,
        CASE WHEN held IS NULL THEN 0 ELSE 1 END, coalesce(held, 0), CASE WHEN held IS NOT NULL THEN due_at END
      FROM given LEFT JOIN job_queue ON job_queue.name = given.queue
      ORDER BY given.id
      ON CONFLICT (tenant_id, name, key) WHERE key IS NOT NULL AND state IN ('scheduled', 'ready', 'running') DO NOTHING
      RETURNING id, queue, partition, turn, state
    ), told AS (
      SELECT pg_notify(${channel}, ${wakeMessage} || string_agg(DISTINCT queue || '/' || partition, ',')) AS nothing
      FROM written
      WHERE state = 'scheduled' OR state = 'ready' AND NOT queue || '/' || partition = ANY (${here.names}::text[])
      HAVING count(*) > 0
    )
    SELECT written.id, written.queue, written.partition, written.state, extract(epoch FROM written.turn)::float8 AS turn,
      told.nothing::text
    FROM written LEFT JOIN told ON true`
  return new Map(written.map((job) => [job.id, job]))
})

/** Ids of the unfinished jobs with these keys, by name and key. */
export const findByKeys = Effect.fnUntraced(
  function*(keys: ReadonlyArray<{ readonly name: string; readonly key: string }>) {
    const sql = yield* SqlClient.SqlClient
    return yield* sql<{ readonly id: JobId; readonly name: string; readonly key: string }>`
      SELECT job.id, job.name, job.key
      FROM jsonb_to_recordset(${JSON.stringify(keys)}::jsonb) AS wanted (name text, key text)
      JOIN job ON job.name = wanted.name AND job.key = wanted.key AND job.state IN ('scheduled', 'ready', 'running')`
  }
)

/** The columns of a `JobRecord`. */
export const recordColumns = Effect.map(
  SqlClient.SqlClient,
  (sql) =>
    sql.literal(
      `job.id, job.tenant_id AS "tenantId", job.queue, job.name, job.state, job.priority, job.key, job.attempt,
    job.attempts, job.cancel_requested AS "cancelRequested", job.progress, job.progress_text AS "progressText", job.error,
    job.created_at AS "createdAt", job.due_at AS "dueAt", job.started_at AS "startedAt", job.finished_at AS "finishedAt"`
    )
)

const decodeRecords = Schema.decodeUnknownEffect(Schema.Array(JobRecord))
const decodeDetails = Schema.decodeUnknownEffect(Schema.Array(JobDetail))

/** The current tenant's job with its payload and result. */
export const findJob = Effect.fnUntraced(function*(id: JobId) {
  const sql = yield* SqlClient.SqlClient
  const [found] = yield* decodeDetails(
    yield* sql`SELECT ${yield* recordColumns}, job.payload, job.result FROM job WHERE job.id = ${id}`
  )
  return found
})

/** The jobs that the caller can see: a tenant's own, or everybody's for the platform. */
export const searchJobs = Effect.fnUntraced(function*(filter: JobFilter & { readonly tenantId?: TenantId }) {
  const sql = yield* SqlClient.SqlClient
  const { after, key, limit = 50, name, queue, state, tenantId } = filter
  const wanted = sql.and([
    sql`true`,
    ...(tenantId === undefined ? [] : [sql`job.tenant_id = ${tenantId}`]),
    ...(queue === undefined ? [] : [sql`job.queue = ${queue}`]),
    ...(name === undefined ? [] : [sql`job.name = ${name}`]),
    ...(state === undefined ? [] : [sql`job.state = ${state}`]),
    ...(key === undefined ? [] : [sql`job.key = ${key}`]),
    ...(after === undefined ? [] : [sql`job.id < ${after}::uuid`])
  ])
  return yield* decodeRecords(
    yield* sql`SELECT ${yield* recordColumns} FROM job WHERE ${wanted} ORDER BY job.id DESC LIMIT ${limit}`
  )
})

/**
 * Ends a job that waits, or tells the owner of one that runs to stop it; whichever the job turns out to be. Returns
 * nothing for a job that has ended or that there is not.
 */
export const cancelJob = Effect.fnUntraced(function*(id: JobId) {
  const sql = yield* SqlClient.SqlClient
  const [row] = yield* sql<{ readonly state: string }>`
    WITH asked AS (
      UPDATE job SET
        state = CASE state WHEN 'running' THEN 'running' ELSE 'cancelled' END,
        finished_at = CASE state WHEN 'running' THEN NULL ELSE clock_timestamp() END,
        cancel_requested = true
      WHERE id = ${id} AND state IN ('scheduled', 'ready', 'running')
      RETURNING state, queue, partition
    )
    SELECT state, CASE state WHEN 'running'
      THEN pg_notify(${channel}, ${cancelMessage} || queue || '/' || partition) END AS told
    FROM asked`
  return row?.state
})
