import { platformTable } from "@innkeeper/database"
import { Effect } from "effect"
import { SqlClient } from "effect/sql"

/**
 * The lives of tenants. They belong to those who run the platform: no tenant's request can read them, and they stay when a
 * tenant's data is deleted.
 */
export const lifecycleTables = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  yield* sql`
    UPDATE tenant SET state = 'active'
    WHERE state NOT IN ('provisioning', 'active', 'suspended', 'offboarding', 'offboarded', 'failed')`
  yield* sql`
    ALTER TABLE tenant
      ADD CHECK (state IN ('provisioning', 'active', 'suspended', 'offboarding', 'offboarded', 'failed'))`

  yield* sql`
    CREATE TABLE tenant_operation (
      id uuid PRIMARY KEY,
      slug text NOT NULL REFERENCES tenant (slug),
      request jsonb NOT NULL,
      steps jsonb NOT NULL,
      before jsonb NOT NULL,
      status text NOT NULL DEFAULT 'queued'
        CHECK (status IN ('queued', 'running', 'waiting', 'undoing', 'succeeded', 'failed', 'cancelled')),
      actor jsonb NOT NULL,
      run_id text NOT NULL,
      created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
      finished_at timestamptz,
      step text,
      done integer,
      total integer,
      problems jsonb NOT NULL DEFAULT '[]',
      remove_at timestamptz,
      backup text,
      results jsonb NOT NULL DEFAULT '{}',
      cancelled boolean NOT NULL DEFAULT false,
      committed boolean NOT NULL DEFAULT false,
      CHECK ((finished_at IS NOT NULL) = (status IN ('succeeded', 'failed', 'cancelled')))
    )`
  yield* platformTable("tenant_operation", { only: true })
  yield* sql`CREATE INDEX ON tenant_operation (slug, id)`
  yield* sql`CREATE UNIQUE INDEX ON tenant_operation (slug) WHERE finished_at IS NULL`

  yield* sql`
    CREATE TABLE tenant_operation_line (
      operation uuid NOT NULL REFERENCES tenant_operation (id) ON DELETE CASCADE,
      number integer NOT NULL,
      at timestamptz NOT NULL DEFAULT clock_timestamp(),
      step text NOT NULL,
      event jsonb,
      PRIMARY KEY (operation, number)
    )`
  yield* platformTable("tenant_operation_line", { only: true })

  yield* sql`
    CREATE TABLE tenant_provisioning (
      slug text PRIMARY KEY REFERENCES tenant (slug),
      config jsonb,
      service text,
      record jsonb,
      url text,
      backup text,
      archive text,
      back text NOT NULL DEFAULT 'active' CHECK (back IN ('active', 'suspended')),
      holder uuid,
      lease_until timestamptz,
      operation uuid
    )`
  yield* platformTable("tenant_provisioning", { only: true })
})
