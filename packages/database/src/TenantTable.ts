import { Effect } from "effect"
import { SqlClient } from "effect/sql"

/**
 * Makes a freshly created table a tenant's table: adds `tenant_id` and the primary key, forces row-level security on it
 * and grants it to the app.
 *
 * `tenant_id` defaults to the current tenant, so no statement names it. `key` are the columns of the primary key after
 * `tenant_id`. The rows of an `appendOnly` table can be inserted and read, by nobody but the owner changed, and
 * deleted by `withRemoval` alone.
 */
export const tenantTable = Effect.fnUntraced(function*(
  name: string,
  options: { readonly key?: ReadonlyArray<string>; readonly appendOnly?: boolean } = {}
) {
  const sql = yield* SqlClient.SqlClient
  const table = sql(name)
  const key = sql.literal(["tenant_id", ...options.key ?? ["id"]].map((column) => `"${column}"`).join(", "))
  // After a commit the setting reads '' and not NULL. The sub-select is evaluated once per query, not once per row.
  yield* sql`
    ALTER TABLE ${table}
      ADD COLUMN IF NOT EXISTS tenant_id uuid NOT NULL
        DEFAULT nullif(current_setting('app.tenant_id', true), '')::uuid REFERENCES tenant (id),
      ADD PRIMARY KEY (${key}),
      ENABLE ROW LEVEL SECURITY,
      FORCE ROW LEVEL SECURITY`
  yield* sql`
    CREATE POLICY tenant ON ${table}
      USING (tenant_id = (SELECT nullif(current_setting('app.tenant_id', true), '')::uuid))
      WITH CHECK (tenant_id = (SELECT nullif(current_setting('app.tenant_id', true), '')::uuid))`
  yield* sql`CREATE POLICY platform ON ${table} TO innkeeper_platform USING (true) WITH CHECK (true)`
  yield* grant(name, options)
  yield* sql`GRANT SELECT, DELETE ON ${table} TO innkeeper_removal`
})

/**
 * Grants a freshly created table that belongs to no tenant to the app. Every tenant's request can read all of it, so it
 * may hold only what the platform runs on, such as the cluster's messages. With `only` none can: its rows are there for
 * `withPlatform` alone. The rows of an `appendOnly` table can be inserted and read.
 */
export const platformTable = (
  name: string,
  options: { readonly only?: boolean; readonly appendOnly?: boolean } = {}
) => grant(name, options)

const grant = Effect.fnUntraced(
  function*(name: string, options: { readonly only?: boolean; readonly appendOnly?: boolean }) {
    const sql = yield* SqlClient.SqlClient
    const rights = sql.literal(options.appendOnly === true ? "SELECT, INSERT" : "SELECT, INSERT, UPDATE, DELETE")
    const roles = sql.literal(options.only === true ? "innkeeper_platform" : "innkeeper_app, innkeeper_platform")
    yield* sql`GRANT ${rights} ON ${sql(name)} TO ${roles}`
  }
)
