import type { TenantId } from "@innkeeper/config"
import { Effect } from "effect"
import { SqlClient } from "effect/sql"
import type { OwnedPartition, PartitionPlace } from "./JobPartitionStore.ts"
import type { JobId } from "./JobRecord.ts"

/** A job that is ready. */
export interface ReadyJob {
  readonly tenantId: TenantId
  readonly id: JobId
  readonly name: string
}

/** One attempt that has begun. */
export interface BegunAttempt extends ReadyJob {
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
    SELECT first.tenant_id AS "tenantId", first.id, first.name, most.jobs AS most, ${yield* dueIn(place)} AS "dueIn"
    FROM most LEFT JOIN (
      ahead CROSS JOIN LATERAL (
        SELECT tenant_id, id, name, turn FROM job
        WHERE queue = ${queue} AND partition = ${partition} AND state = 'ready' AND tenant_id = ahead.tenant_id
        ORDER BY turn, id LIMIT (SELECT jobs FROM most)
      ) first
    ) ON true
    ORDER BY ahead.tenant_id, first.turn, first.id`
  const { dueIn: due, most } = rows[0]!
  return { jobs: rows.filter((row): row is typeof row & ReadyJob => row.id !== null), most, dueIn: due }
})

/** Begins attempts, of those jobs that are still ready and that nobody holds. */
export const beginAttempts = Effect.fnUntraced(
  function*({ epoch }: OwnedPartition, jobs: ReadonlyArray<ReadyJob>) {
    const sql = yield* SqlClient.SqlClient
    const given = JSON.stringify(jobs.map(({ id, tenantId }) => ({ tenant_id: tenantId, id })))
    return yield* sql<BegunAttempt>`
      WITH taken AS (
        SELECT job.tenant_id, job.id, job.state
        FROM jsonb_to_recordset(${given}::jsonb) AS given (tenant_id uuid, id uuid)
        JOIN job ON job.tenant_id = given.tenant_id AND job.id = given.id FOR UPDATE OF job SKIP LOCKED
      )
      UPDATE job SET state = 'running', attempt = attempt + 1, epoch = ${epoch}, started_at = clock_timestamp(),
        progress = NULL, progress_text = NULL, unknown_since = NULL
      FROM taken WHERE job.tenant_id = taken.tenant_id AND job.id = taken.id AND taken.state = 'ready'
      RETURNING job.tenant_id AS "tenantId", job.id, job.name, job.payload, job.attempt, job.attempts, job.traceparent,
        extract(epoch FROM clock_timestamp() - job.due_at)::float8 * 1000 AS waited`
  }
)

/**
 * Writes how attempts ended, where the attempt is still the owner's. Returns the ids of those that are but whose row is
 * held by another transaction: to be written later.
 */
export const endAttempts = Effect.fnUntraced(
  function*({ epoch }: OwnedPartition, outcomes: ReadonlyArray<AttemptOutcome>) {
    const sql = yield* SqlClient.SqlClient
    const given = JSON.stringify(outcomes.map(({ tenantId, ...outcome }) => ({ tenant_id: tenantId, ...outcome })))
    const written = yield* sql<{ readonly id: JobId }>`
      WITH ended AS (
        SELECT job.tenant_id, job.id, given.wait, given.error, given.result,
          job.state = 'running' AND job.epoch = ${epoch} AND job.attempt = given.attempt AS own,
          CASE WHEN given.state = 'scheduled' AND job.cancel_requested THEN 'cancelled' ELSE given.state END AS state
        FROM jsonb_to_recordset(${given}::jsonb)
          AS given (tenant_id uuid, id uuid, attempt integer, state text, wait float8, error text, result text)
        JOIN job ON job.tenant_id = given.tenant_id AND job.id = given.id FOR UPDATE OF job SKIP LOCKED
      )
      UPDATE job SET state = ended.state, error = ended.error, result = ended.result,
        due_at = CASE ended.state WHEN 'scheduled' THEN clock_timestamp() + make_interval(secs => ended.wait / 1000)
          ELSE due_at END,
        turn = CASE ended.state
          WHEN 'scheduled' THEN clock_timestamp() + make_interval(secs => ended.wait / 1000) + (turn - due_at)
          ELSE turn END,
        finished_at = CASE ended.state WHEN 'scheduled' THEN NULL ELSE clock_timestamp() END,
        progress = CASE ended.state WHEN 'succeeded' THEN 1 ELSE progress END
      FROM ended WHERE job.tenant_id = ended.tenant_id AND job.id = ended.id AND ended.own
      RETURNING job.id`
    if (written.length === outcomes.length) return []
    const held = yield* sql<{ readonly id: JobId }>`
      SELECT job.id FROM jsonb_to_recordset(${given}::jsonb) AS given (tenant_id uuid, id uuid, attempt integer)
      JOIN job ON job.tenant_id = given.tenant_id AND job.id = given.id
      WHERE job.state = 'running' AND job.epoch = ${epoch} AND job.attempt = given.attempt`
    return held.map(({ id }) => id)
  }
)

/** Writes how far running attempts are. */
export const writeProgress = Effect.fnUntraced(function*(
  { epoch }: OwnedPartition,
  steps: ReadonlyArray<{
    readonly tenantId: TenantId
    readonly id: JobId
    readonly fraction: number
    readonly text: string | null
  }>
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
export const postponeUnknown = Effect.fnUntraced(function*(jobs: ReadonlyArray<ReadyJob>) {
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

/** When the partition's attempts of the last `window` milliseconds began, as milliseconds ago. */
export const recentBegins = Effect.fnUntraced(
  function*({ partition, queue }: PartitionPlace, window: number, limit: number) {
    const sql = yield* SqlClient.SqlClient
    const rows = yield* sql<{ readonly ago: number }>`
      SELECT extract(epoch FROM clock_timestamp() - started_at)::float8 * 1000 AS ago FROM job
      WHERE queue = ${queue} AND partition = ${partition}
        AND started_at > clock_timestamp() - make_interval(secs => ${window}::float8 / 1000)
      ORDER BY started_at DESC LIMIT ${limit}`
    return rows.map(({ ago }) => ago)
  }
)
