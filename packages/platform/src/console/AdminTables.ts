import { platformTable } from "@innkeeper/database"
import { Effect } from "effect"
import { SqlClient } from "effect/sql"

/** Sessions of the console, and what was done in it. No tenant's request can read either. */
export const adminTables = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  yield* sql`
    CREATE TABLE admin_session (
      token_hash bytea PRIMARY KEY,
      id uuid NOT NULL,
      ip text,
      opened_at timestamptz NOT NULL DEFAULT now(),
      expires_at timestamptz NOT NULL
    )`
  yield* platformTable("admin_session", { only: true })

  yield* sql`
    CREATE TABLE admin_audit_entry (
      id uuid PRIMARY KEY,
      at timestamptz NOT NULL DEFAULT clock_timestamp(),
      actor jsonb NOT NULL,
      action text NOT NULL,
      subject text,
      detail jsonb NOT NULL,
      ip text,
      request_id text
    )`
  yield* platformTable("admin_audit_entry", { only: true, appendOnly: true })
})

/** Lets the record's retention delete what is old, and nothing that is younger than 90 days. */
export const adminAuditRetention = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  yield* sql`GRANT DELETE ON admin_audit_entry TO innkeeper_platform`
  yield* sql`ALTER TABLE admin_audit_entry ENABLE ROW LEVEL SECURITY`
  yield* sql`CREATE POLICY read ON admin_audit_entry FOR SELECT TO innkeeper_platform USING (true)`
  yield* sql`CREATE POLICY add ON admin_audit_entry FOR INSERT TO innkeeper_platform WITH CHECK (true)`
  yield* sql`
    CREATE POLICY retention ON admin_audit_entry FOR DELETE TO innkeeper_platform
      USING (at < now() - interval '90 days')`
})
