import { platformTable, tenantTable } from "@innkeeper/database"
import { Effect } from "effect"
import { SqlClient } from "effect/sql"

/**
 * `job` is the record of each job; `job_queue` tells those who enqueue how many partitions a queue has; `job_partition`
 * says who owns each. A partition's epoch grows with each owner, and only the newest may write.
 *
 * `turn` orders the jobs of a tenant: when it is due, later by what its priority gives away. As all jobs age alike their
 * order never changes, so it is an index, and a low priority is a bounded wait. Payload and result are text: what was given
 * is what comes out, and no value of JSON is refused, as `jsonb` refuses \u0000.
 */
export const jobTables = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  yield* sql`
    CREATE TABLE job (
      id uuid NOT NULL,
      queue text NOT NULL,
      partition smallint NOT NULL,
      name text NOT NULL,
      state text NOT NULL CHECK (state IN ('scheduled', 'ready', 'running', 'succeeded', 'cancelled', 'dead')),
      priority text NOT NULL CHECK (priority IN ('high', 'normal', 'low')),
      key text,
      payload text NOT NULL,
      result text,
      error text,
      attempt integer NOT NULL DEFAULT 0,
      attempts integer NOT NULL,
      epoch bigint NOT NULL DEFAULT 0,
      cancel_requested boolean NOT NULL DEFAULT false,
      progress double precision,
      progress_text text,
      created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
      due_at timestamptz NOT NULL,
      turn timestamptz NOT NULL,
      started_at timestamptz,
      finished_at timestamptz,
      unknown_since timestamptz,
      traceparent text
    ) WITH (
      autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 2000,
      autovacuum_analyze_scale_factor = 0.05
    )`
  yield* tenantTable("job")
  yield* sql`
    CREATE UNIQUE INDEX job_key ON job (tenant_id, name, key)
    WHERE key IS NOT NULL AND state IN ('scheduled', 'ready', 'running')`
  yield* sql`CREATE INDEX job_id ON job (id)`
  yield* sql`CREATE INDEX job_ready ON job (queue, partition, tenant_id, turn, id) WHERE state = 'ready'`
  yield* sql`CREATE INDEX job_scheduled ON job (queue, partition, due_at) WHERE state = 'scheduled'`
  yield* sql`CREATE INDEX job_running ON job (queue, partition) WHERE state = 'running'`
  yield* sql`CREATE INDEX job_unknown ON job (name) WHERE unknown_since IS NOT NULL`
  yield* sql`CREATE INDEX job_dead ON job (id) WHERE state = 'dead'`
  yield* sql`
    CREATE INDEX job_finished ON job (finished_at) WHERE state IN ('succeeded', 'cancelled', 'dead')`

  yield* sql`
    CREATE TABLE job_queue (
      name text PRIMARY KEY,
      partitions smallint NOT NULL,
      updated_at timestamptz NOT NULL DEFAULT now()
    )`
  yield* platformTable("job_queue")

  yield* sql`
    CREATE TABLE job_partition (
      queue text NOT NULL,
      partition smallint NOT NULL,
      epoch bigint NOT NULL,
      seen_at timestamptz NOT NULL DEFAULT now(),
      PRIMARY KEY (queue, partition)
    )`
  yield* platformTable("job_partition", { only: true })
})
