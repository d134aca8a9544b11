import { type MigrationSet, tenantTable } from "@innkeeper/database"
import { Effect } from "effect"
import { SqlClient } from "effect/sql"
import { adminAuditRetention, adminTables } from "./console/AdminTables.ts"
import { lifecycleTables } from "./lifecycle/LifecycleTables.ts"
import { moveTables } from "./move/MoveTables.ts"
import { tenantConfigColumns } from "./tenant/TenantTables.ts"
import { webhookTables } from "./webhook/WebhookTables.ts"

const people = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  yield* sql`
    CREATE TABLE user_account (
      id uuid NOT NULL,
      name text NOT NULL,
      email text NOT NULL,
      role text NOT NULL CHECK (role IN ('admin', 'responder', 'observer')),
      time_zone text NOT NULL,
      platform_admin boolean NOT NULL DEFAULT false,
      password_hash text,
      created_at timestamptz NOT NULL DEFAULT now(),
      last_seen_at timestamptz,
      deactivated_at timestamptz
    )`
  yield* tenantTable("user_account")
  yield* sql`CREATE UNIQUE INDEX ON user_account (tenant_id, lower(email))`
  // Finds the accounts of an address at sign-in, in whichever tenant they are.
  yield* sql`CREATE INDEX ON user_account (lower(email))`

  yield* sql`
    CREATE TABLE contact_method (
      id uuid NOT NULL,
      user_id uuid NOT NULL,
      kind text NOT NULL CHECK (kind IN ('email', 'webhook')),
      address text NOT NULL,
      secret_sealed text,
      created_at timestamptz NOT NULL DEFAULT now()
    )`
  yield* tenantTable("contact_method")
  yield* sql`
    ALTER TABLE contact_method
      ADD FOREIGN KEY (tenant_id, user_id) REFERENCES user_account (tenant_id, id) ON DELETE CASCADE`
  yield* sql`CREATE UNIQUE INDEX ON contact_method (tenant_id, user_id, kind, lower(address))`

  yield* sql`CREATE TABLE team (id uuid NOT NULL, name text NOT NULL, tags jsonb NOT NULL DEFAULT '[]')`
  yield* tenantTable("team")
  yield* sql`CREATE UNIQUE INDEX ON team (tenant_id, lower(name))`

  yield* sql`
    CREATE TABLE team_member (
      team_id uuid NOT NULL,
      user_id uuid NOT NULL,
      role text NOT NULL CHECK (role IN ('lead', 'member'))
    )`
  yield* tenantTable("team_member", { key: ["team_id", "user_id"] })
  yield* sql`
    ALTER TABLE team_member
      ADD FOREIGN KEY (tenant_id, team_id) REFERENCES team (tenant_id, id) ON DELETE CASCADE,
      ADD FOREIGN KEY (tenant_id, user_id) REFERENCES user_account (tenant_id, id) ON DELETE CASCADE`
})

const access = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  yield* sql`
    CREATE TABLE session (
      token_hash bytea NOT NULL UNIQUE,
      user_id uuid NOT NULL,
      created_at timestamptz NOT NULL DEFAULT now(),
      used_at timestamptz NOT NULL DEFAULT now()
    )`
  yield* tenantTable("session", { key: ["token_hash"] })
  yield* sql`
    ALTER TABLE session
      ADD FOREIGN KEY (tenant_id, user_id) REFERENCES user_account (tenant_id, id) ON DELETE CASCADE`
  yield* sql`CREATE INDEX ON session (tenant_id, user_id)`

  yield* sql`
    CREATE TABLE magic_link (
      token_hash bytea NOT NULL UNIQUE,
      user_id uuid NOT NULL,
      expires_at timestamptz NOT NULL
    )`
  yield* tenantTable("magic_link", { key: ["token_hash"] })
  yield* sql`
    ALTER TABLE magic_link
      ADD FOREIGN KEY (tenant_id, user_id) REFERENCES user_account (tenant_id, id) ON DELETE CASCADE`

  yield* sql`
    CREATE TABLE api_key (
      id uuid NOT NULL,
      name text NOT NULL,
      key_hash bytea NOT NULL UNIQUE,
      hint text NOT NULL,
      scopes jsonb NOT NULL,
      created_at timestamptz NOT NULL DEFAULT now(),
      expires_at timestamptz,
      last_used_at timestamptz,
      revoked_at timestamptz
    )`
  yield* tenantTable("api_key")
  yield* sql`CREATE UNIQUE INDEX ON api_key (tenant_id, lower(name)) WHERE revoked_at IS NULL`

  yield* sql`
    CREATE TABLE audit_entry (
      id uuid NOT NULL,
      at timestamptz NOT NULL DEFAULT clock_timestamp(),
      actor jsonb NOT NULL,
      action text NOT NULL,
      subject text,
      detail jsonb NOT NULL,
      ip text,
      request_id text
    )`
  yield* tenantTable("audit_entry", { appendOnly: true })
})

/** The address of a webhook is told by its case, as paths of URLs are; a mailbox is not. */
const contactAddresses = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  yield* sql`
    CREATE UNIQUE INDEX contact_method_address ON contact_method (
      tenant_id, user_id, kind, (CASE kind WHEN 'email' THEN lower(address) ELSE address END)
    )`
  yield* sql`DROP INDEX contact_method_tenant_id_user_id_kind_lower_idx`
})

/** Tables of the platform: people, teams, access, audit. */
export const migrations: MigrationSet = {
  table: "platform_migrations",
  migrations: {
    "0001_people": people,
    "0002_access": access,
    "0003_console": adminTables,
    "0004_webhooks": webhookTables,
    "0005_tenant_config": tenantConfigColumns,
    "0006_lifecycle": lifecycleTables,
    "0007_moves": moveTables,
    "0008_admin_audit_retention": adminAuditRetention,
    "0009_contact_addresses": contactAddresses
  }
}
