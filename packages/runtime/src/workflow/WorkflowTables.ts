import { tenantTable } from "@innkeeper/database"
import { Effect } from "effect"
import { SqlClient } from "effect/sql"
import { heldMark } from "./HeldMessageStore.ts"
import { failedReply, runMessage, runWords, suspendedReply } from "./RunRow.ts"

/** Indexes by which runs are found among the cluster's messages, and the states of state machines with how they came to be. */
export const workflowTables = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const run = sql.literal(runMessage(""))
  yield* sql`CREATE INDEX cluster_run_started ON cluster_messages (id) WHERE ${run}`
  yield* sql`CREATE INDEX cluster_run_workflow ON cluster_messages (entity_type, id) WHERE ${run}`
  yield* sql`CREATE INDEX cluster_run_execution ON cluster_messages (entity_id varchar_pattern_ops) WHERE ${run}`
  yield* sql`CREATE INDEX cluster_run_open ON cluster_messages (id) WHERE ${run} AND NOT processed`
  yield* sql`CREATE INDEX cluster_run_text ON cluster_messages USING gin ((${sql.literal(runWords(""))})) WHERE ${run}`
  yield* sql`
    CREATE INDEX cluster_message_held ON cluster_messages (entity_type, entity_id)
    WHERE last_read = ${sql.literal(`'${heldMark}'`)}::timestamp`
  yield* sql`CREATE INDEX cluster_reply_failed ON cluster_replies (request_id) WHERE ${sql.literal(failedReply(""))}`
  yield* sql`
    CREATE INDEX cluster_reply_suspended ON cluster_replies (request_id) WHERE ${sql.literal(suspendedReply(""))}`

  yield* sql`
    CREATE TABLE state_machine (
      machine text NOT NULL,
      id text NOT NULL,
      state json NOT NULL,
      version integer NOT NULL,
      changed_at timestamptz NOT NULL DEFAULT now()
    )`
  yield* tenantTable("state_machine", { key: ["machine", "id"] })

  yield* sql`
    CREATE TABLE state_transition (
      machine text NOT NULL,
      id text NOT NULL,
      version integer NOT NULL,
      key text,
      event json NOT NULL,
      state json NOT NULL,
      at timestamptz NOT NULL DEFAULT now()
    )`
  yield* tenantTable("state_transition", { key: ["machine", "id", "version"], appendOnly: true })
  yield* sql`CREATE UNIQUE INDEX ON state_transition (tenant_id, machine, id, key) WHERE key IS NOT NULL`
})
