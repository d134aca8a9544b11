import type { TenantId } from "@innkeeper/config"
import { Effect } from "effect"
import { SqlClient } from "effect/sql"
import type { JobMessage } from "./jobMessage.ts"
import type { JobId } from "./JobRecord.ts"

export interface PartitionPlace {
  readonly queue: string
  readonly partition: number
}

/** A partition in the hands of one owner; whatever it writes, it writes with this epoch. */
export interface OwnedPartition extends PartitionPlace {
  readonly epoch: number
}

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

/**
 * For the rest of the transaction rows are found by index. The table goes from empty to a hundred thousand jobs faster than
 * its statistics are renewed, and a plan for an empty table reads all of it.
 */
const byIndex = Effect.map(
  SqlClient.SqlClient,
  (sql) =>
    sql.literal(`set_config('enable_seqscan', 'off', true), set_config('enable_hashjoin', 'off', true),
    set_config('enable_mergejoin', 'off', true)`)
)

export const planByIndex = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  yield* sql`SELECT ${yield* byIndex}`
})

/** Which of these partitions have something to do now. */
export const partitionsWithWork = Effect.fnUntraced(function*(places: ReadonlyArray<PartitionPlace>) {
  const sql = yield* SqlClient.SqlClient
  const given = JSON.stringify(places.map(({ partition, queue }) => ({ partition, queue })))
  return yield* sql<PartitionPlace & { readonly message: JobMessage }>`
    WITH place AS (
      SELECT queue, partition FROM jsonb_to_recordset(${given}::jsonb) AS (queue text, partition smallint)
    )
    SELECT queue, partition, 'wake' AS message FROM place
    WHERE EXISTS (SELECT FROM job WHERE (job.queue, job.partition) = (place.queue, place.partition) AND state = 'ready')
      OR EXISTS (SELECT FROM job WHERE (job.queue, job.partition) = (place.queue, place.partition)
        AND state = 'scheduled' AND due_at <= clock_timestamp())
    UNION ALL
    SELECT queue, partition, 'cancel' FROM place
    WHERE EXISTS (SELECT FROM job WHERE (job.queue, job.partition) = (place.queue, place.partition)
      AND state = 'running' AND cancel_requested)`
})

/** Writes down how many partitions a queue has, for those who enqueue. */
export const announceQueue = Effect.fnUntraced(function*(queue: string, partitions: number) {
  const sql = yield* SqlClient.SqlClient
  yield* sql`
    INSERT INTO job_queue (name, partitions) VALUES (${queue}, ${partitions})
    ON CONFLICT (name) DO UPDATE SET partitions = excluded.partitions, updated_at = now()`
})

/** Makes the caller the owner. It waits for what the owner before is just writing; all that comes later is refused. */
export const takeOver = Effect.fnUntraced(function*({ partition, queue }: PartitionPlace) {
  const sql = yield* SqlClient.SqlClient
  const [row] = yield* sql<{ readonly epoch: string }>`
    INSERT INTO job_partition (queue, partition, epoch) VALUES (${queue}, ${partition}, 1)
    ON CONFLICT (queue, partition) DO UPDATE SET epoch = job_partition.epoch + 1, seen_at = now()
    RETURNING epoch::text`
  const owned: OwnedPartition = { queue, partition, epoch: Number(row!.epoch) }
  return owned
})

/** Holds the partition for this transaction, which plans by index; false if a newer owner took it. */
export const holdPartition = Effect.fnUntraced(function*({ epoch, partition, queue }: OwnedPartition) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`
    SELECT ${yield* byIndex}
    FROM job_partition WHERE queue = ${queue} AND partition = ${partition} AND epoch = ${epoch} FOR SHARE`
  return rows.length > 0
})

/** Says that the owner is there. */
export const seePartition = Effect.fnUntraced(function*({ epoch, partition, queue }: OwnedPartition) {
  const sql = yield* SqlClient.SqlClient
  yield* sql`
    UPDATE job_partition SET seen_at = now() WHERE queue = ${queue} AND partition = ${partition} AND epoch = ${epoch}`
})

/**
 * Takes up what earlier owners left running. Such an attempt counts, as the job may be what ended the process: it waits a
 * little more each time, and after its last attempt it is dead.
 */
export const recoverJobs = Effect.fnUntraced(function*({ epoch, partition, queue }: OwnedPartition) {
  const sql = yield* SqlClient.SqlClient
  return yield* sql<{ readonly state: string }>`
    UPDATE job SET
      state = CASE
        WHEN cancel_requested THEN 'cancelled' WHEN attempt >= attempts THEN 'dead' WHEN attempt > 1 THEN 'scheduled'
        ELSE 'ready' END,
      due_at = CASE WHEN attempt > 1 THEN clock_timestamp() + make_interval(secs => 5 * (attempt - 1)) ELSE due_at END,
      turn = CASE WHEN attempt > 1 THEN clock_timestamp() + make_interval(secs => 5 * (attempt - 1)) + (turn - due_at)
        ELSE turn END,
      finished_at = CASE WHEN cancel_requested OR attempt >= attempts THEN clock_timestamp() END,
      error = 'The process that ran it ended'
    WHERE queue = ${queue} AND partition = ${partition} AND state = 'running' AND epoch < ${epoch}
    RETURNING state`
})

/** Lets go of what this owner has running, but for the given ids: another attempt follows, and this one does not count. */
export const giveBackJobs = Effect.fnUntraced(
  function*({ epoch, partition, queue }: OwnedPartition, kept: ReadonlyArray<JobId>) {
    const sql = yield* SqlClient.SqlClient
    yield* sql`
      UPDATE job SET
        state = CASE WHEN cancel_requested THEN 'cancelled' ELSE 'ready' END,
        finished_at = CASE WHEN cancel_requested THEN clock_timestamp() END,
        attempt = attempt - 1
      WHERE queue = ${queue} AND partition = ${partition} AND state = 'running' AND epoch = ${epoch}
        AND NOT ${JSON.stringify(kept)}::jsonb ? id::text`
  }
)

/** Takes the jobs of partitions that the queue has no more, and that nobody looks after, to those it has. */
export const adoptJobs = Effect.fnUntraced(function*(queue: string, partitions: number) {
  const sql = yield* SqlClient.SqlClient
  // One statement a state: each has an index of its own.
  for (const state of ["scheduled", "ready", "running"]) {
    yield* sql`
      UPDATE job SET partition = partition % ${partitions}::smallint,
        state = CASE state WHEN 'running' THEN 'ready' ELSE state END
      WHERE queue = ${queue} AND partition >= ${partitions} AND state = ${sql.literal(`'${state}'`)}
        AND NOT EXISTS (
          SELECT FROM job_partition place WHERE (place.queue, place.partition) = (job.queue, job.partition)
            AND place.seen_at > now() - interval '1 minute')`
  }
})

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
