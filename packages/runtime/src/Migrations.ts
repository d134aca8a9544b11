import { type MigrationSet, platformTable, tenantTable } from "@innkeeper/database"
import { Effect, Layer } from "effect"
import { SqlMessageStorage, SqlRunnerStorage } from "effect/cluster"
import { SqlClient } from "effect/sql"
import { podTable, settingsTable } from "./cluster/ClusterTables.ts"
import { timerNotice } from "./cluster/TimerStore.ts"
import { begunIndex } from "./job/BeginStore.ts"
import { jobTables } from "./job/JobTables.ts"
import { catchUp } from "./migrations/catchUp.ts"
import { eventsAndSchedules } from "./migrations/eventsAndSchedules.ts"
import { traces } from "./migrations/traces.ts"
import { workflowTables } from "./workflow/WorkflowTables.ts"

/** Prefix of the tables of effect's cluster. */
export const clusterPrefix = "cluster"

const cluster = Effect.gen(function*() {
  yield* Effect.scoped(Layer.build(Layer.mergeAll(
    SqlMessageStorage.layerMigrations({ prefix: clusterPrefix }),
    SqlRunnerStorage.layerMigrations({ prefix: clusterPrefix })
  )))
  const sql = yield* SqlClient.SqlClient
  yield* sql`
    CREATE INDEX ON cluster_messages (deliver_at) WHERE NOT processed AND deliver_at IS NOT NULL`
  yield* Effect.forEach(
    ["messages", "replies", "runners", "locks"],
    (name) => platformTable(`${clusterPrefix}_${name}`),
    {
      discard: true
    }
  )
})

const events = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  yield* sql`
    CREATE TABLE outbox_event (
      position bigint GENERATED ALWAYS AS IDENTITY,
      id uuid NOT NULL,
      type text NOT NULL,
      subject text NOT NULL,
      payload jsonb NOT NULL,
      at timestamptz NOT NULL DEFAULT clock_timestamp(),
      transaction xid8 NOT NULL DEFAULT pg_current_xact_id()
    )`
  yield* tenantTable("outbox_event", { key: ["position"], appendOnly: true })
  yield* sql`CREATE INDEX ON outbox_event (transaction, position)`
  yield* sql`GRANT DELETE ON outbox_event TO innkeeper_platform`

  yield* sql`
    CREATE TABLE event_consumer (
      name text PRIMARY KEY,
      transaction xid8 NOT NULL,
      position bigint NOT NULL,
      updated_at timestamptz NOT NULL DEFAULT now()
    )`
  yield* platformTable("event_consumer")

  yield* sql`
    CREATE TABLE dead_letter (
      consumer text NOT NULL,
      event_id uuid NOT NULL,
      event jsonb NOT NULL,
      error text NOT NULL,
      at timestamptz NOT NULL DEFAULT now()
    )`
  yield* tenantTable("dead_letter", { key: ["consumer", "event_id"] })
})

const consumers = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  yield* sql`
    ALTER TABLE event_consumer
      ADD COLUMN types text[] NOT NULL DEFAULT '{}',
      ADD COLUMN seen_at timestamptz NOT NULL DEFAULT now()`
})

const retention = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  yield* sql`CREATE INDEX ON cluster_messages (entity_type, entity_id)`
})

/**
 * The indexes that the engine's questions need and no others: a message's row is written when it comes, and again when it
 * is finished, and each index is written with it. Unread messages have an index of their own, which stays small.
 */
const leanIndexes = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  yield* sql`CREATE INDEX cluster_messages_unread_idx ON cluster_messages (shard_id, rowid) WHERE NOT processed`
  yield* sql`DROP INDEX cluster_messages_shard_idx, cluster_messages_rowid_idx, cluster_replies_request_lookup_idx`
})

/** A replay of many letters is read a few at a time, in the order of their events. */
const replayOrder = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  yield* sql`CREATE INDEX ON dead_letter (consumer, transaction, position, at) WHERE state = 'replaying'`
})

/** Tables of the runtime: the cluster's own, and events. */
export const migrations: MigrationSet = {
  table: "runtime_migrations",
  migrations: {
    "0001_cluster": cluster,
    "0002_events": events,
    "0003_consumers": consumers,
    "0004_retention": retention,
    "0005_jobs": jobTables,
    "0007_pods": podTable,
    "0006_events_and_schedules": eventsAndSchedules,
    "0008_workflows": workflowTables,
    "0009_lean_indexes": leanIndexes,
    "0010_traces": traces,
    "0011_cluster_settings": settingsTable,
    "0012_timer_notice": timerNotice,
    "0013_begun_jobs": begunIndex,
    "0014_replay_order": replayOrder,
    "0015_catch_up": catchUp
  }
}
