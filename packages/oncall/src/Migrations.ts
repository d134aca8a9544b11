import { type MigrationSet, tenantTable } from "@innkeeper/database"
import { Effect } from "effect"
import { SqlClient } from "effect/sql"
import { movedKeys } from "./integration/MovedKeyStore.ts"

const catalogue = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  yield* sql`
    CREATE TABLE schedule (
      id uuid NOT NULL,
      name text NOT NULL,
      time_zone text NOT NULL,
      layers jsonb NOT NULL,
      created_at timestamptz NOT NULL DEFAULT now()
    )`
  yield* tenantTable("schedule")
  yield* sql`CREATE UNIQUE INDEX ON schedule (tenant_id, lower(name))`

  yield* sql`
    CREATE TABLE schedule_override (
      id uuid NOT NULL,
      schedule_id uuid NOT NULL,
      user_id uuid NOT NULL,
      starts_at timestamptz NOT NULL,
      ends_at timestamptz NOT NULL CHECK (ends_at > starts_at),
      created_at timestamptz NOT NULL DEFAULT clock_timestamp()
    )`
  yield* tenantTable("schedule_override")
  yield* sql`
    ALTER TABLE schedule_override
      ADD FOREIGN KEY (tenant_id, schedule_id) REFERENCES schedule (tenant_id, id) ON DELETE CASCADE,
      ADD FOREIGN KEY (tenant_id, user_id) REFERENCES user_account (tenant_id, id)`
  yield* sql`CREATE INDEX ON schedule_override (tenant_id, schedule_id, ends_at)`

  yield* sql`
    CREATE TABLE escalation_policy (
      id uuid NOT NULL,
      name text NOT NULL,
      plan jsonb NOT NULL,
      created_at timestamptz NOT NULL DEFAULT now()
    )`
  yield* tenantTable("escalation_policy")
  yield* sql`CREATE UNIQUE INDEX ON escalation_policy (tenant_id, lower(name))`

  yield* sql`
    CREATE TABLE service (
      id uuid NOT NULL,
      name text NOT NULL,
      description text NOT NULL,
      team_id uuid NOT NULL,
      routing_key text NOT NULL,
      escalation_policy_id uuid NOT NULL,
      created_at timestamptz NOT NULL DEFAULT now()
    )`
  yield* tenantTable("service")
  yield* sql`
    ALTER TABLE service
      ADD FOREIGN KEY (tenant_id, team_id) REFERENCES team (tenant_id, id),
      ADD FOREIGN KEY (tenant_id, escalation_policy_id) REFERENCES escalation_policy (tenant_id, id)`
  yield* sql`CREATE UNIQUE INDEX ON service (tenant_id, lower(name))`
  yield* sql`CREATE UNIQUE INDEX ON service (tenant_id, routing_key)`

  yield* sql`
    CREATE TABLE integration (
      id uuid NOT NULL,
      name text NOT NULL,
      kind text NOT NULL,
      service_id uuid NOT NULL,
      key_hash bytea NOT NULL,
      key_sealed text NOT NULL,
      created_at timestamptz NOT NULL DEFAULT now(),
      last_alert_at timestamptz,
      revoked_at timestamptz
    )`
  yield* tenantTable("integration")
  yield* sql`
    ALTER TABLE integration ADD FOREIGN KEY (tenant_id, service_id) REFERENCES service (tenant_id, id)`
  yield* sql`CREATE UNIQUE INDEX ON integration (tenant_id, lower(name))`
  // A key alone names its tenant, so its hash is unique over all of them.
  yield* sql`CREATE UNIQUE INDEX ON integration (key_hash)`
})

const incidents = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  yield* sql`CREATE TABLE incident_counter (last_number integer NOT NULL DEFAULT 0)`
  yield* tenantTable("incident_counter", { key: [] })

  yield* sql`
    CREATE TABLE incident (
      id uuid NOT NULL,
      number integer NOT NULL,
      title text NOT NULL,
      status text NOT NULL CHECK (status IN ('triggered', 'acknowledged', 'resolved')),
      priority text NOT NULL,
      service_id uuid NOT NULL,
      dedup_key text NOT NULL,
      alert_count integer NOT NULL,
      run integer NOT NULL,
      created_at timestamptz NOT NULL DEFAULT now(),
      updated_at timestamptz NOT NULL DEFAULT now(),
      acknowledged_at timestamptz,
      acknowledged_by jsonb,
      resolved_at timestamptz,
      resolved_by jsonb
    )`
  yield* tenantTable("incident")
  yield* sql`
    ALTER TABLE incident ADD FOREIGN KEY (tenant_id, service_id) REFERENCES service (tenant_id, id)`
  yield* sql`CREATE UNIQUE INDEX ON incident (tenant_id, number)`
  // One open incident per service and dedup key, whatever runs at the same time.
  yield* sql`
    CREATE UNIQUE INDEX ON incident (tenant_id, service_id, dedup_key) WHERE status <> 'resolved'`
  yield* sql`CREATE INDEX ON incident (tenant_id, id DESC) WHERE status <> 'resolved'`

  yield* sql`
    CREATE TABLE alert (
      id uuid NOT NULL,
      incident_id uuid NOT NULL,
      integration_id uuid,
      received_at timestamptz NOT NULL DEFAULT now(),
      action text NOT NULL,
      dedup_key text NOT NULL,
      summary text NOT NULL,
      priority text NOT NULL,
      source text NOT NULL,
      details text,
      labels jsonb NOT NULL,
      links jsonb NOT NULL,
      starts_at timestamptz,
      payload jsonb NOT NULL
    )`
  yield* tenantTable("alert")
  yield* sql`
    ALTER TABLE alert
      ADD FOREIGN KEY (tenant_id, incident_id) REFERENCES incident (tenant_id, id),
      ADD FOREIGN KEY (tenant_id, integration_id) REFERENCES integration (tenant_id, id)`
  yield* sql`CREATE INDEX ON alert (tenant_id, incident_id, id)`

  yield* sql`
    CREATE TABLE timeline_entry (
      id uuid NOT NULL,
      incident_id uuid NOT NULL,
      at timestamptz NOT NULL DEFAULT clock_timestamp(),
      kind text NOT NULL,
      actor jsonb NOT NULL,
      text text NOT NULL
    )`
  yield* tenantTable("timeline_entry", { appendOnly: true })
  yield* sql`
    ALTER TABLE timeline_entry ADD FOREIGN KEY (tenant_id, incident_id) REFERENCES incident (tenant_id, id)`
  yield* sql`CREATE INDEX ON timeline_entry (tenant_id, incident_id, id)`

  yield* sql`
    CREATE TABLE escalation_run (
      incident_id uuid NOT NULL,
      run integer NOT NULL,
      policy_name text NOT NULL,
      plan jsonb NOT NULL,
      state text NOT NULL CHECK (state IN ('running', 'stopped', 'exhausted')),
      stages integer NOT NULL DEFAULT 0,
      level integer NOT NULL DEFAULT 0,
      pass integer NOT NULL DEFAULT 0,
      next_step_at timestamptz,
      started_at timestamptz NOT NULL DEFAULT now(),
      ended_at timestamptz
    )`
  yield* tenantTable("escalation_run", { key: ["incident_id", "run"] })
  yield* sql`
    ALTER TABLE escalation_run ADD FOREIGN KEY (tenant_id, incident_id) REFERENCES incident (tenant_id, id)`

  yield* sql`
    CREATE TABLE notification (
      id uuid NOT NULL,
      incident_id uuid NOT NULL,
      run integer NOT NULL,
      stage integer NOT NULL,
      user_id uuid NOT NULL,
      contact_method_id uuid NOT NULL,
      kind text NOT NULL,
      address text NOT NULL,
      status text NOT NULL CHECK (status IN ('pending', 'sent', 'failed', 'cancelled')),
      attempts jsonb NOT NULL DEFAULT '[]',
      created_at timestamptz NOT NULL DEFAULT now(),
      sent_at timestamptz
    )`
  yield* tenantTable("notification")
  yield* sql`
    ALTER TABLE notification
      ADD FOREIGN KEY (tenant_id, incident_id) REFERENCES incident (tenant_id, id),
      ADD FOREIGN KEY (tenant_id, user_id) REFERENCES user_account (tenant_id, id)`
  // A repeated step finds the pages it has already made.
  yield* sql`
    CREATE UNIQUE INDEX ON notification (tenant_id, incident_id, run, stage, contact_method_id)`

  yield* sql`
    CREATE TABLE escalation_alarm (
      incident_id uuid NOT NULL,
      run integer NOT NULL,
      reason text NOT NULL,
      raised_at timestamptz NOT NULL DEFAULT now()
    )`
  yield* tenantTable("escalation_alarm", { key: ["incident_id", "run", "reason"] })
  yield* sql`
    ALTER TABLE escalation_alarm ADD FOREIGN KEY (tenant_id, incident_id) REFERENCES incident (tenant_id, id)`
})

/**
 * Puts the number first. Where the planner has no statistics yet it takes any index that begins with the tenant for as good as
 * the primary key, and a foreign key's check then reads all of the tenant's incidents.
 */
const incidentNumbers = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  yield* sql`DROP INDEX incident_tenant_id_number_idx`
  yield* sql`CREATE UNIQUE INDEX ON incident (number, tenant_id)`
})

/** An alarm looks for the steps of a tenant that are due, and takes each in the trace of the alert that began its run. */
const dueSteps = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  yield* sql`ALTER TABLE escalation_run ADD COLUMN traceparent text`
  yield* sql`CREATE INDEX ON escalation_run (tenant_id, next_step_at) WHERE state = 'running'`
})

/**
 * What an integration opened is found by its alerts also where they lead to another service by now: by the integration, and the
 * routing key that the first alert named.
 */
const incidentSenders = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  yield* sql`ALTER TABLE incident ADD COLUMN integration_id uuid, ADD COLUMN routing_key text`
  yield* sql`CREATE INDEX ON incident (dedup_key, tenant_id) WHERE status <> 'resolved'`
})

/**
 * An alarm that no admin was told of is mailed again. Those that were raised before count as told; the default is how rows are
 * filled that the owner's row-level security hides.
 */
const toldAlarms = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  yield* sql`ALTER TABLE escalation_alarm ADD COLUMN told_at timestamptz DEFAULT now()`
  yield* sql`ALTER TABLE escalation_alarm ALTER COLUMN told_at DROP DEFAULT`
})

/** Tables of on-call. They stand on the platform's people and teams. */
export const migrations: MigrationSet = {
  table: "oncall_migrations",
  migrations: {
    "0001_catalogue": catalogue,
    "0002_incidents": incidents,
    "0003_incident_numbers": incidentNumbers,
    "0004_due_steps": dueSteps,
    "0005_moved_keys": movedKeys,
    "0006_incident_senders": incidentSenders,
    "0007_told_alarms": toldAlarms
  }
}
