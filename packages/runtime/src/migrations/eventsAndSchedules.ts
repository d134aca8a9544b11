import { platformTable, tenantTable } from "@innkeeper/database"
import { Effect } from "effect"
import { SqlClient } from "effect/sql"

/** Dead letters that can be replayed, events for one person, who handled what, and what schedules and singletons last did. */
export const eventsAndSchedules = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  yield* sql`ALTER TABLE outbox_event ADD COLUMN recipient uuid`

  yield* sql`
    ALTER TABLE dead_letter
      ADD COLUMN id uuid NOT NULL DEFAULT gen_random_uuid() UNIQUE,
      ADD COLUMN state text NOT NULL DEFAULT 'dead' CHECK (state IN ('dead', 'replaying', 'replayed', 'discarded')),
      ADD COLUMN failures int NOT NULL DEFAULT 1,
      ADD COLUMN settled_at timestamptz,
      ADD COLUMN happened_at timestamptz NOT NULL DEFAULT now(),
      ADD COLUMN transaction xid8 NOT NULL DEFAULT '0',
      ADD COLUMN position bigint NOT NULL DEFAULT 0`
  yield* sql`CREATE INDEX ON dead_letter (at, id)`
  yield* sql`CREATE INDEX ON dead_letter (consumer, state) WHERE state IN ('dead', 'replaying')`
  yield* sql`CREATE INDEX ON dead_letter (settled_at) WHERE settled_at IS NOT NULL`

  yield* sql`
    CREATE TABLE handled_event (
      consumer text NOT NULL,
      event_id uuid NOT NULL,
      at timestamptz NOT NULL DEFAULT now()
    )`
  yield* tenantTable("handled_event", { key: ["consumer", "event_id"] })
  yield* sql`CREATE INDEX ON handled_event (at)`

  yield* sql`
    CREATE TABLE schedule_state (
      name text PRIMARY KEY,
      cron text NOT NULL,
      zone text NOT NULL,
      tolerance_seconds int NOT NULL,
      next_at timestamptz NOT NULL,
      scheduled_for timestamptz,
      started_at timestamptz,
      outcome text CHECK (outcome IN ('running', 'succeeded', 'failed', 'skipped')),
      error text,
      duration_ms int,
      last_success_at timestamptz
    )`
  yield* platformTable("schedule_state")

  yield* sql`
    CREATE TABLE singleton_state (
      name text PRIMARY KEY,
      runner text NOT NULL,
      started_at timestamptz NOT NULL DEFAULT now(),
      beat_at timestamptz NOT NULL DEFAULT now()
    )`
  yield* platformTable("singleton_state")
})
