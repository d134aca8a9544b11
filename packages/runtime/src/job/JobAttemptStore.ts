import type { TenantId } from "@innkeeper/config"
import { Effect } from "effect"
import { SqlClient } from "effect/sql"
import type { OwnedPartition, PartitionPlace } from "./JobPartitionStore.ts"
import type { JobId } from "./JobRecord.ts"

/** A job, as its owner knows it. */
export interface JobPlace {
  readonly tenantId: TenantId
  readonly id: JobId
  readonly name: string
}

/** A job that is ready. */
export interface ReadyJob extends JobPlace {
  /** Of its payload. */
  readonly bytes: number
  /** No other attempt may follow its next one. */
  readonly last: boolean
  /** Orders the jobs of a tenant; of several with the same one, their ids do. */
  readonly turn: number
}

/** One attempt that has begun. */
export interface BegunAttempt extends JobPlace {
  readonly payload: string
  readonly attempt: number
  readonly attempts: number
  /** Milliseconds from due to begun. */
  readonly waited: number
  readonly traceparent: string | null
}

/** How an attempt ended. `scheduled` is another try in `wait` milliseconds. */
export interface AttemptOutcome {
  readonly tenantId: TenantId
  readonly id: JobId
  readonly attempt: number
  readonly state: "succeeded" | "dead" | "cancelled" | "scheduled"
  readonly wait: number
  readonly error: string | null
  readonly result: string | null
}

/** In how many milliseconds the first scheduled job is due. */
const dueIn = ({ partition, queue }: PartitionPlace) =>
  Effect.map(
    SqlClient.SqlClient,
    (sql) =>
      sql`(SELECT extract(epoch FROM due_at - clock_timestamp())::float8 * 1000 FROM job
      WHERE queue = ${queue} AND partition = ${partition} AND state = 'scheduled' ORDER BY due_at LIMIT 1)`
  )

/** Makes up to `limit` scheduled jobs ready that are due. Returns in how many milliseconds the next one is. */
export const promoteDue = Effect.fnUntraced(function*(place: PartitionPlace, limit: number) {
  const sql = yield* SqlClient.SqlClient
  const { partition, queue } = place
  yield* sql`
    UPDATE job SET state = 'ready' FROM (
      SELECT tenant_id, id FROM job
      WHERE queue = ${queue} AND partition = ${partition} AND state = 'scheduled' AND due_at <= clock_timestamp()
      ORDER BY due_at LIMIT ${limit} FOR UPDATE SKIP LOCKED
    ) due
    WHERE job.tenant_id = due.tenant_id AND job.id = due.id`
  const [next] = yield* sql<{ readonly dueIn: number | null }>`SELECT ${yield* dueIn(place)} AS "dueIn"`
  return next!.dueIn
})

/**
 * The first ready jobs of the tenants after `after`, in the order of tenants and turns: of at most `tenants` tenants, and
 * about `jobs` in all, of each tenant equally many. One step of the index finds the next tenant, however many jobs lie
 * between. Says as well in how many milliseconds the first scheduled job is due.
 */
export const readReady = Effect.fnUntraced(function*(
  place: PartitionPlace,
  options: { readonly after: string; readonly tenants: number; readonly jobs: number }
) {
  const sql = yield* SqlClient.SqlClient
  const { partition, queue } = place
  const { after, jobs, tenants } = options
  const rows = yield* sql<Partial<ReadyJob> & { readonly most: number; readonly dueIn: number | null }>`
    WITH RECURSIVE ahead (tenant_id, position) AS (
      SELECT (SELECT tenant_id FROM job
        WHERE queue = ${queue} AND partition = ${partition} AND state = 'ready' AND tenant_id > ${after}::uuid
        ORDER BY tenant_id LIMIT 1), 1
      UNION ALL
      SELECT (SELECT tenant_id FROM job
        WHERE queue = ${queue} AND partition = ${partition} AND state = 'ready' AND tenant_id > ahead.tenant_id
        ORDER BY tenant_id LIMIT 1), position + 1
      FROM ahead WHERE ahead.tenant_id IS NOT NULL AND position < ${tenants}
    ), most (jobs) AS (
      SELECT ${jobs}::int / greatest(1, count(tenant_id)::int) FROM ahead
    )
    SELECT first.tenant_id AS "tenantId", first.id, first.name, first.bytes, first.last,
      extract(epoch FROM first.turn)::float8 AS turn, most.jobs AS most, ${yield* dueIn(place)} AS "dueIn"
    FROM most LEFT JOIN (
      ahead CROSS JOIN LATERAL (
        SELECT tenant_id, id, name, turn, octet_length(payload) AS bytes, attempt + 1 >= attempts AS last FROM job
        WHERE queue = ${queue} AND partition = ${partition} AND state = 'ready' AND tenant_id = ahead.tenant_id
        ORDER BY turn, id LIMIT (SELECT jobs FROM most)
      ) first
    ) ON true
    ORDER BY ahead.tenant_id, first.turn, first.id`
  const { dueIn: due, most } = rows[0]!
  return { jobs: rows.filter((row): row is typeof row & ReadyJob => row.id !== null), most, dueIn: due }
})

/**
 * Writes how attempts ended, where the attempt is still the owner's, and begins attempts of those jobs that are ready; rows
 * that another transaction holds are passed over. Says which attempts have begun and how many outcomes were written, or
 * nothing if a newer owner took the partition: then nothing was. One statement, which holds the partition first.
 */
export const writeRound = Effect.fnUntraced(function*(
  { epoch, partition, queue }: OwnedPartition,
  outcomes: ReadonlyArray<AttemptOutcome>,
  jobs: ReadonlyArray<JobPlace>
) {
  const sql = yield* SqlClient.SqlClient
  const outcomeRows = JSON.stringify(outcomes.map(({ tenantId, ...outcome }) => ({ tenant_id: tenantId, ...outcome })))
  const jobRows = JSON.stringify(jobs.map(({ id, tenantId }) => ({ tenant_id: tenantId, id })))
  const rows = yield* sql<Partial<BegunAttempt> & { readonly held: number; readonly ended: number }>`
    WITH held AS MATERIALIZED (
      SELECT 1 FROM job_partition WHERE queue = ${queue} AND partition = ${partition} AND epoch = ${epoch} FOR SHARE
    ), ending AS (
      SELECT job.tenant_id, job.id, given.wait, given.error, given.result,
        job.state = 'running' AND job.epoch = ${epoch} AND job.attempt = given.attempt AS own,
        CASE WHEN given.state = 'scheduled' AND job.cancel_requested THEN 'cancelled' ELSE given.state END AS state
      FROM json_to_recordset(${outcomeRows}::json)
        AS given (tenant_id uuid, id uuid, attempt integer, state text, wait float8, error text, result text)
      JOIN job ON job.tenant_id = given.tenant_id AND job.id = given.id
      WHERE (SELECT count(*) FROM held) > 0 FOR UPDATE OF job SKIP LOCKED
    ), ended AS (
      UPDATE job SET state = ending.state, error = ending.error, result = ending.result,
        due_at = CASE ending.state WHEN 'scheduled' THEN clock_timestamp() + make_interval(secs => ending.wait / 1000)
          ELSE due_at END,
        turn = CASE ending.state
          WHEN 'scheduled' THEN clock_timestamp() + make_interval(secs => ending.wait / 1000) + (turn - due_at)
          ELSE turn END,
        finished_at = CASE ending.state WHEN 'scheduled' THEN NULL ELSE clock_timestamp() END,
        progress = CASE ending.state WHEN 'succeeded' THEN 1 ELSE progress END
      FROM ending WHERE job.tenant_id = ending.tenant_id AND job.id = ending.id AND ending.own
      RETURNING 1
    ), beginning AS (
      SELECT job.tenant_id, job.id, job.state
      FROM json_to_recordset(${jobRows}::json) AS given (tenant_id uuid, id uuid)
      JOIN job ON job.tenant_id = given.tenant_id AND job.id = given.id
      WHERE (SELECT count(*) FROM held) > 0 FOR UPDATE OF job SKIP LOCKED
    ), begun AS (
      UPDATE job SET state = 'running', attempt = attempt + 1, epoch = ${epoch}, started_at = clock_timestamp(),
        progress = NULL, progress_text = NULL, unknown_since = NULL
      FROM beginning WHERE job.tenant_id = beginning.tenant_id AND job.id = beginning.id AND beginning.state = 'ready'
      RETURNING job.tenant_id AS "tenantId", job.id, job.name, job.payload, job.attempt, job.attempts, job.traceparent,
        extract(epoch FROM clock_timestamp() - job.due_at)::float8 * 1000 AS waited
    )
    SELECT * FROM (SELECT (SELECT count(*) FROM held)::int AS held, (SELECT count(*) FROM ended)::int AS ended) counts
    LEFT JOIN begun ON true`
  const { ended, held } = rows[0]!
  if (held === 0) return undefined
  return { ended, begun: rows.filter((row): row is typeof row & BegunAttempt => row.id !== null) }
})

/** Those of the outcomes whose attempt is still the owner's and runs, as another transaction held its row. */
export const findUnwritten = Effect.fnUntraced(
  function*({ epoch }: OwnedPartition, outcomes: ReadonlyArray<AttemptOutcome>) {
    const sql = yield* SqlClient.SqlClient
    const given = JSON.stringify(outcomes.map(({ attempt, id, tenantId }) => ({ tenant_id: tenantId, id, attempt })))
    const held = yield* sql<{ readonly id: JobId }>`
      SELECT job.id FROM json_to_recordset(${given}::json) AS given (tenant_id uuid, id uuid, attempt integer)
      JOIN job ON job.tenant_id = given.tenant_id AND job.id = given.id
      WHERE job.state = 'running' AND job.epoch = ${epoch} AND job.attempt = given.attempt`
    return held.map(({ id }) => id)
  }
)

/** How far a running attempt says that it is. */
export interface JobProgress {
  readonly tenantId: TenantId
  readonly id: JobId
  /** From 0 to 1. */
  readonly fraction: number
  readonly text: string | null
}

/** Writes how far running attempts are. */
export const writeProgress = Effect.fnUntraced(function*(
  { epoch }: OwnedPartition,
  steps: ReadonlyArray<JobProgress>
) {
  const sql = yield* SqlClient.SqlClient
  const given = JSON.stringify(steps.map(({ tenantId, ...step }) => ({ tenant_id: tenantId, ...step })))
  yield* sql`
    WITH moved AS (
      SELECT job.tenant_id, job.id, given.fraction, given.text
      FROM jsonb_to_recordset(${given}::jsonb) AS given (tenant_id uuid, id uuid, fraction float8, text text)
      JOIN job ON job.tenant_id = given.tenant_id AND job.id = given.id
      WHERE job.state = 'running' AND job.epoch = ${epoch} FOR UPDATE OF job SKIP LOCKED
    )
    UPDATE job SET progress = moved.fraction, progress_text = moved.text
    FROM moved WHERE job.tenant_id = moved.tenant_id AND job.id = moved.id`
})

/** Running jobs of the partition that were asked to stop. */
export const findCancelled = Effect.fnUntraced(function*({ partition, queue }: PartitionPlace) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql<{ readonly id: JobId }>`
    SELECT id FROM job
    WHERE queue = ${queue} AND partition = ${partition} AND state = 'running' AND cancel_requested`
  return rows.map(({ id }) => id)
})

/** Puts jobs aside for a minute that this process cannot run. Those that nobody ran for a week are dead. */
export const postponeUnknown = Effect.fnUntraced(function*(jobs: ReadonlyArray<JobPlace>) {
  const sql = yield* SqlClient.SqlClient
  const given = JSON.stringify(jobs.map(({ id, tenantId }) => ({ tenant_id: tenantId, id })))
  yield* sql`
    WITH strange AS (
      SELECT job.tenant_id, job.id, job.unknown_since < clock_timestamp() - interval '7 days' AS forgotten
      FROM jsonb_to_recordset(${given}::jsonb) AS given (tenant_id uuid, id uuid)
      JOIN job ON job.tenant_id = given.tenant_id AND job.id = given.id
      WHERE job.state = 'ready' FOR UPDATE OF job SKIP LOCKED
    )
    UPDATE job SET
      state = CASE WHEN forgotten THEN 'dead' ELSE 'scheduled' END,
      due_at = clock_timestamp() + interval '1 minute',
      finished_at = CASE WHEN forgotten THEN clock_timestamp() END,
      unknown_since = coalesce(unknown_since, clock_timestamp()),
      error = 'No process runs jobs of this type'
    FROM strange WHERE job.tenant_id = strange.tenant_id AND job.id = strange.id`
})
