import { TenantId, TenantSlug } from "@innkeeper/config"
import { Effect, Schema } from "effect"
import { SqlClient } from "effect/sql"
import { TenantState } from "../lifecycle/TenantOperation.ts"
import { channel, lockTenant } from "./TenantConfigStore.ts"

const Row = Schema.Struct({
  id: TenantId,
  slug: TenantSlug,
  name: Schema.String,
  tier: Schema.String,
  timeZone: Schema.String,
  state: TenantState,
  createdAt: Schema.DateTimeUtcFromDate
})
/** A tenant as the registry keeps it. */
export type Tenant = typeof Row.Type
const decodeRows = Schema.decodeUnknownEffect(Schema.Array(Row))

/** Tenants that the scope may see: one by id or slug, or all by slug. */
export const findTenants = Effect.fnUntraced(
  function*(of: { readonly id?: TenantId; readonly slug?: TenantSlug } = {}) {
    const sql = yield* SqlClient.SqlClient
    const rows = yield* sql`
      SELECT id, slug, name, coalesce(config->>'tier', 'pooled') AS tier,
        coalesce(config->>'timeZone', 'UTC') AS "timeZone", state, created_at AS "createdAt"
      FROM tenant
      WHERE ${
      sql.and([
        sql`true`,
        ...(of.id === undefined ? [] : [sql`id = ${of.id}`]),
        ...(of.slug === undefined ? [] : [sql`slug = ${of.slug}`])
      ])
    }
      ORDER BY slug`
    return yield* decodeRows(rows)
  }
)

const PlaceRow = Schema.Struct({
  name: Schema.String,
  state: TenantState,
  /** Whether it has a database of its own, and the address of its server there. */
  isElsewhere: Schema.Boolean,
  url: Schema.NullOr(Schema.String)
})
/** Whether a tenant's data is in this database, and at rest. */
export type TenantPlace = typeof PlaceRow.Type
const decodePlaces = Schema.decodeUnknownEffect(Schema.Array(PlaceRow))

/**
 * Within `withPlatform`: where the tenant's data is. Nobody enters or changes the tenant until the transaction ends. The
 * registry's lock comes first, as in `lockRegistry`, so that whoever waits for the row holds nothing that is wanted here.
 */
export const holdPlace = Effect.fnUntraced(function*(slug: TenantSlug) {
  const sql = yield* SqlClient.SqlClient
  yield* sql`LOCK TABLE tenant IN ROW EXCLUSIVE MODE`
  yield* lockTenant(slug)
  const rows = yield* sql`
    SELECT tenant.name, tenant.state, provisioning.url,
      coalesce(tenant.config->>'tier' <> 'pooled' AND provisioning.config IS NOT NULL, false) AS "isElsewhere"
    FROM tenant LEFT JOIN tenant_provisioning provisioning ON provisioning.slug = tenant.slug
    WHERE tenant.slug = ${slug}`
  return (yield* decodePlaces(rows))[0]
})

/** Enters a tenant; an existing one with the slug stays as it is. */
export const insertTenant = Effect.fnUntraced(
  function*(
    tenant: { readonly id: TenantId; readonly slug: TenantSlug; readonly name: string; readonly timeZone: string }
  ) {
    const sql = yield* SqlClient.SqlClient
    const config = JSON.stringify({ tier: "pooled", slug: tenant.slug, name: tenant.name, timeZone: tenant.timeZone })
    yield* sql`
      INSERT INTO tenant (id, slug, name, config, config_source)
      VALUES (${tenant.id}, ${tenant.slug}, ${tenant.name}, ${config}::jsonb, 'database')
      ON CONFLICT (slug) DO NOTHING`
  }
)

export const renameTenant = Effect.fnUntraced(
  function*(id: TenantId, change: { readonly name: string; readonly timeZone: string }) {
    const sql = yield* SqlClient.SqlClient
    yield* sql`
      WITH renamed AS (
        UPDATE tenant SET name = ${change.name}, updated_at = now(),
          config = config || ${JSON.stringify(change)}::jsonb,
          config_version = config_version + CASE config_version WHEN 0 THEN 0 ELSE 1 END
        WHERE id = ${id}
        RETURNING slug
      )
      SELECT pg_notify(${channel}, slug) FROM renamed`
  }
)
