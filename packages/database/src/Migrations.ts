import { Effect } from "effect"
import { SqlClient } from "effect/sql"
import type { MigrationSet } from "./MigrationSet.ts"

/**
 * The first two roles of the app. A login of the app is a member of `innkeeper_app`; it may take `innkeeper_platform` for one
 * transaction and has nothing of it otherwise. Roles belong to the whole server: another database may have made them.
 */
const roles = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  yield* sql`
    DO $$
    BEGIN
      IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'innkeeper_app') THEN
        CREATE ROLE innkeeper_app NOLOGIN;
      END IF;
      IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'innkeeper_platform') THEN
        CREATE ROLE innkeeper_platform NOLOGIN;
      END IF;
      IF NOT pg_has_role('innkeeper_app', 'innkeeper_platform', 'SET') THEN
        GRANT innkeeper_platform TO innkeeper_app WITH INHERIT FALSE, SET TRUE;
      END IF;
    END $$`
  yield* sql`GRANT USAGE ON SCHEMA public TO innkeeper_app, innkeeper_platform`
  yield* sql`
    ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE ON SEQUENCES TO innkeeper_app, innkeeper_platform`
})

/** The registry. A tenant sees its own row and changes nothing; the platform does. */
const tenant = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  yield* sql`CREATE EXTENSION IF NOT EXISTS pg_trgm`
  yield* sql`
    CREATE TABLE tenant (
      id uuid PRIMARY KEY,
      slug text NOT NULL UNIQUE,
      name text NOT NULL,
      config jsonb NOT NULL DEFAULT '{}',
      config_source text NOT NULL DEFAULT '',
      state text NOT NULL DEFAULT 'active',
      created_at timestamptz NOT NULL DEFAULT now(),
      updated_at timestamptz NOT NULL DEFAULT now()
    )`
  yield* sql`ALTER TABLE tenant ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY`
  yield* sql`
    CREATE POLICY tenant ON tenant
      USING (id = (SELECT nullif(current_setting('app.tenant_id', true), '')::uuid))`
  yield* sql`CREATE POLICY platform ON tenant TO innkeeper_platform USING (true) WITH CHECK (true)`
  yield* sql`GRANT SELECT ON tenant TO innkeeper_app`
  yield* sql`GRANT SELECT, INSERT, UPDATE, DELETE ON tenant TO innkeeper_platform`
})

/**
 * The role that removes rows of one tenant, also those that are only ever added, and can do nothing else. `tenantTable`
 * grants it what comes later.
 */
const removal = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  yield* sql`
    DO $$
    DECLARE
      tenant_table regclass;
    BEGIN
      IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'innkeeper_removal') THEN
        CREATE ROLE innkeeper_removal NOLOGIN;
      END IF;
      IF NOT pg_has_role('innkeeper_app', 'innkeeper_removal', 'SET') THEN
        GRANT innkeeper_removal TO innkeeper_app WITH INHERIT FALSE, SET TRUE;
      END IF;
      GRANT USAGE ON SCHEMA public TO innkeeper_removal;
      FOR tenant_table IN
        SELECT c.oid FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
          AND a.attname = 'tenant_id' AND NOT a.attisdropped
      LOOP
        EXECUTE format('GRANT SELECT, DELETE ON %s TO innkeeper_removal', tenant_table);
      END LOOP;
    END $$`
})

/**
 * `name_order`, in which people look for names: "Service 2" before "Service 10", "Ärzte" beside "Apotheke", whatever the
 * case. The database's own order is that of code points.
 */
const nameOrder = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  yield* sql`CREATE COLLATION name_order (provider = icu, locale = 'und-u-kn')`
})

/** What every other package's tables stand on: roles, extensions, the order of names and the tenants. Runs first. */
export const migrations: MigrationSet = {
  table: "database_migrations",
  migrations: { "0001_roles": roles, "0002_tenant": tenant, "0003_removal": removal, "0004_name_order": nameOrder }
}
