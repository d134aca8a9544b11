import { type TenantConfig, TenantId, TenantSlug, type Tier } from "@innkeeper/config"
import { containing } from "@innkeeper/database"
import { Effect, Schema } from "effect"
import { SqlClient } from "effect/sql"
import { TenantState } from "../lifecycle/TenantOperation.ts"
import { type ConfigSource, toStored } from "./TenantImport.ts"

/** Channel on which a commit tells the slugs of tenants whose configuration it changed. */
export const channel = "innkeeper_tenant_config"

const Row = Schema.Struct({
  id: TenantId,
  slug: TenantSlug,
  name: Schema.String,
  tier: Schema.String,
  state: TenantState,
  createdAt: Schema.DateTimeUtcFromDate,
  source: Schema.String,
  version: Schema.Int,
  stored: Schema.Json
})
/** A tenant's row with its configuration as it is stored, whatever is in it. */
export type TenantConfigRow = typeof Row.Type
const decodeRows = Schema.decodeUnknownEffect(Schema.Array(Row))

const tier = `coalesce(config->>'tier', 'pooled')`
const columns = `id, slug, name, ${tier} AS tier, state, created_at AS "createdAt", config_source AS source,
  config_version AS version, config AS stored`

/** Within `withPlatform`, as all of this file: the tenant with the slug, or all by slug. */
export const findConfigs = Effect.fnUntraced(function*(slug?: TenantSlug) {
  const sql = yield* SqlClient.SqlClient
  return yield* decodeRows(
    yield* sql`
      SELECT ${sql.literal(columns)} FROM tenant
      WHERE ${slug === undefined ? sql`true` : sql`slug = ${slug}`} ORDER BY slug`
  )
})

/** Which tenants are looked for; what is left out does not matter. */
export interface TenantFilter {
  /** Stands in the slug, the name or a host name, in whichever case. */
  readonly text?: string | undefined
  readonly tier?: Tier | undefined
  readonly state?: TenantState | undefined
  /** The slug of the last tenant of the previous page. */
  readonly after?: TenantSlug | undefined
  readonly limit: number
}

/** Tenants that match, by slug. */
export const searchConfigs = Effect.fnUntraced(function*(filter: TenantFilter) {
  const sql = yield* SqlClient.SqlClient
  const text = (filter.text ?? "").trim()
  const pattern = containing(text)
  const rows = yield* sql`
    SELECT ${sql.literal(columns)} FROM tenant
    WHERE ${
    sql.and([
      sql`true`,
      ...(text === "" ? [] : [sql`(slug ILIKE ${pattern} OR name ILIKE ${pattern} OR EXISTS (
          SELECT FROM jsonb_path_query(config, '$.domains[*]') AS domain WHERE domain #>> '{}' ILIKE ${pattern}))`]),
      ...(filter.tier === undefined ? [] : [sql`${sql.literal(tier)} = ${filter.tier}`]),
      ...(filter.state === undefined ? [] : [sql`state = ${filter.state}`]),
      ...(filter.after === undefined ? [] : [sql`slug > ${filter.after}`])
    ])
  }
    ORDER BY slug LIMIT ${filter.limit}`
  return yield* decodeRows(rows)
})

const Domain = Schema.Struct({ domain: Schema.String, id: TenantId, slug: TenantSlug })
const decodeDomains = Schema.decodeUnknownEffect(Schema.Array(Domain))

/** The host names of all tenants. */
export const findDomains = Effect.fnUntraced(function*() {
  const sql = yield* SqlClient.SqlClient
  return yield* decodeDomains(
    yield* sql`
      SELECT jsonb_array_elements_text(config->'domains') AS domain, id, slug FROM tenant WHERE config_version > 0`
  )
})

/** Lets nobody else write the registry until the transaction ends; readers go on. */
export const lockRegistry = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  yield* sql`LOCK TABLE tenant IN SHARE ROW EXCLUSIVE MODE`
})

/** Lets nobody else change the tenant's row, if it has one, until the transaction ends; what refers to it is written on. */
export const lockTenant = Effect.fnUntraced(function*(slug: TenantSlug) {
  const sql = yield* SqlClient.SqlClient
  yield* sql`SELECT FROM tenant WHERE slug = ${slug} FOR NO KEY UPDATE`
})

/** Enters a tenant with its configuration. */
export const insertConfigured = Effect.fnUntraced(function*(
  id: TenantId,
  config: TenantConfig,
  source: ConfigSource,
  state: TenantState = "active"
) {
  const sql = yield* SqlClient.SqlClient
  yield* sql`
    INSERT INTO tenant (id, slug, name, config, config_source, config_version, state)
    VALUES (${id}, ${config.slug}, ${config.name}, ${JSON.stringify(toStored(config))}::jsonb, ${source}, 1, ${state})`
  yield* tellChanged(config.slug)
})

/** Replaces the configuration of the tenant with its slug. */
export const updateConfig = Effect.fnUntraced(function*(config: TenantConfig, source: ConfigSource) {
  const sql = yield* SqlClient.SqlClient
  yield* sql`
    UPDATE tenant SET name = ${config.name}, config = ${JSON.stringify(toStored(config))}::jsonb,
      config_source = ${source}, config_version = config_version + 1, updated_at = now()
    WHERE slug = ${config.slug}`
  yield* tellChanged(config.slug)
})

/** Puts back what a tenant had before a configuration was entered for it. */
export const removeConfig = Effect.fnUntraced(function*(slug: TenantSlug, stored: Schema.Json) {
  const sql = yield* SqlClient.SqlClient
  const json = JSON.stringify(stored)
  yield* sql`
    UPDATE tenant SET name = coalesce(${json}::jsonb->>'name', name), config = ${json}::jsonb, config_version = 0,
      updated_at = now()
    WHERE slug = ${slug}`
  yield* tellChanged(slug)
})

/** Changes the state of a tenant. */
export const updateState = Effect.fnUntraced(function*(slug: TenantSlug, state: TenantState) {
  const sql = yield* SqlClient.SqlClient
  yield* sql`UPDATE tenant SET state = ${state}, updated_at = now() WHERE slug = ${slug}`
  yield* tellChanged(slug)
})

/** Lets every process forget what it knows of the tenant, when the transaction commits. */
const tellChanged = Effect.fnUntraced(function*(slug: TenantSlug) {
  const sql = yield* SqlClient.SqlClient
  yield* sql`SELECT pg_notify(${channel}, ${slug})`
})
