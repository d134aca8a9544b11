import { Effect } from "effect"
import { SqlClient } from "effect/sql"

/**
 * Everything in the schema that a tenant's isolation could leak through, as sentences; empty when nothing could.
 *
 * Asked of the catalogue, so a table is covered from the migration that makes it. A table is a tenant's when it has a
 * column `tenant_id`, or is the registry itself.
 */
export const isolationGaps = Effect.fn("isolationGaps")(function*() {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql<{ gap: string }>`
    WITH tenant_table AS (
      SELECT c.oid, c.relname AS name, c.relrowsecurity AS enabled, c.relforcerowsecurity AS forced
      FROM pg_class c
      WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
        AND (c.relname = 'tenant' OR EXISTS (
          SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped))
    ),
    -- 0 in polroles is PUBLIC. A policy binds a role that has it, which the app has not of innkeeper_platform.
    app_policy AS (
      SELECT p.* FROM pg_policy p
      WHERE EXISTS (SELECT FROM unnest(p.polroles) AS r (oid)
        WHERE r.oid = 0 OR pg_has_role('innkeeper_app', r.oid, 'USAGE'))
    )
    SELECT format('%s does not enable row-level security', name) AS gap FROM tenant_table WHERE NOT enabled
    UNION ALL
    SELECT format('%s does not force row-level security on its owner', name) FROM tenant_table WHERE NOT forced
    UNION ALL
    SELECT format('%s has no policy for innkeeper_app', name) FROM tenant_table t
      WHERE NOT EXISTS (SELECT FROM app_policy p WHERE p.polrelid = t.oid)
    UNION ALL
    SELECT format('the policy %s of %s does not compare with the current tenant', p.polname, t.name)
      FROM tenant_table t JOIN app_policy p ON p.polrelid = t.oid
      WHERE p.polpermissive AND (
        coalesce(pg_get_expr(p.polqual, p.polrelid), 'app.tenant_id') NOT LIKE '%app.tenant_id%'
        OR coalesce(pg_get_expr(p.polwithcheck, p.polrelid), 'app.tenant_id') NOT LIKE '%app.tenant_id%')
    UNION ALL
    SELECT format('%s may hold rows without a tenant', t.name)
      FROM tenant_table t JOIN pg_attribute a ON a.attrelid = t.oid AND a.attname = 'tenant_id' AND NOT a.attnotnull
    UNION ALL
    SELECT format('the primary key of %s does not begin with tenant_id', t.name) FROM tenant_table t
      WHERE t.name <> 'tenant' AND NOT EXISTS (
        SELECT FROM pg_index i JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = i.indkey[0]
        WHERE i.indrelid = t.oid AND i.indisprimary AND a.attname = 'tenant_id')
    UNION ALL
    SELECT format('the foreign key %s of %s does not carry tenant_id', k.conname, t.name)
      FROM tenant_table t JOIN pg_constraint k ON k.conrelid = t.oid AND k.contype = 'f'
      JOIN tenant_table target ON target.oid = k.confrelid
      WHERE target.name <> 'tenant' AND NOT EXISTS (
        SELECT FROM unnest(k.conkey) AS n JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = n
        WHERE a.attname = 'tenant_id')
    UNION ALL
    SELECT format('the view %s runs with the rights of its owner (no security_invoker)', c.relname)
      FROM pg_class c
      WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'v'
        AND NOT coalesce(c.reloptions::text[] && ARRAY['security_invoker=true', 'security_invoker=on'], false)
        AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
    UNION ALL
    SELECT format('the materialized view %s holds rows past row-level security', c.relname)
      FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'm'
    UNION ALL
    SELECT format('the function %s runs with the rights of its owner (SECURITY DEFINER)', f.proname)
      FROM pg_proc f
      WHERE f.pronamespace = 'public'::regnamespace AND f.prosecdef
        AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = f.oid AND d.deptype = 'e')
    UNION ALL
    SELECT format('%s owns %s', r.rolname, c.relname)
      FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner
      WHERE c.relnamespace = 'public'::regnamespace AND r.rolname IN ('innkeeper_app', 'innkeeper_platform', 'innkeeper_removal')
    UNION ALL
    SELECT format('%s is a superuser or has BYPASSRLS', rolname)
      FROM pg_roles
      WHERE rolname IN ('innkeeper_app', 'innkeeper_platform', 'innkeeper_removal') AND (rolsuper OR rolbypassrls)
    ORDER BY gap`
  return rows.map(({ gap }) => gap)
})
