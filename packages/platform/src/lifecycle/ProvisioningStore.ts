import { ServiceState, type TenantSlug } from "@innkeeper/config"
import { Effect, Schema } from "effect"
import { SqlClient } from "effect/sql"
import type { OperationId, TenantState } from "./TenantOperation.ts"

const Row = Schema.Struct({
  /** The configuration that its own pods were built with, as it is stored; null where there are none. */
  config: Schema.Json,
  service: Schema.NullOr(ServiceState),
  /** What the provisioner needs to know of what it built. */
  record: Schema.Json,
  url: Schema.NullOr(Schema.String),
  /** Names of the last backup of its own database, and of the last archive of its rows. */
  backup: Schema.NullOr(Schema.String),
  archive: Schema.NullOr(Schema.String),
  /** State that it had before its off-boarding. */
  back: Schema.Literals(["active", "suspended"])
})
/** What is built for a tenant, and what is kept of it. */
export type Provisioning = typeof Row.Type
const decodeRows = Schema.decodeUnknownEffect(Schema.Array(Row))

/** Of a tenant for which nothing was built. */
export const nothingBuilt: Provisioning = {
  config: null,
  service: null,
  record: null,
  url: null,
  backup: null,
  archive: null,
  back: "active"
}

/** Within `withPlatform`, as all of this file. */
export const findProvisioning = Effect.fnUntraced(function*(slug: TenantSlug) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`
    SELECT config, service, record, url, backup, archive, back FROM tenant_provisioning WHERE slug = ${slug}`
  return (yield* decodeRows(rows))[0] ?? nothingBuilt
})

/** Those of the tenants that can be built again from what was kept of them. */
export const findArchived = Effect.fnUntraced(function*(slugs: ReadonlyArray<TenantSlug>) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql<{ readonly slug: string }>`
    SELECT slug FROM tenant_provisioning WHERE slug = ANY (${slugs}) AND archive IS NOT NULL`
  return new Set(rows.map(({ slug }) => slug))
})

/**
 * Takes the tenant's infrastructure for `seconds` of the database's clock, if nobody has it; undefined if somebody has. Each try
 * to provision is a holder of its own, so that one that lost its lease cannot go on by the next one's. `abandoned`: the last
 * holder has not released it.
 */
export const takeLease = Effect.fnUntraced(function*(lease: {
  readonly slug: TenantSlug
  readonly holder: string
  readonly operation: OperationId
  readonly seconds: number
}) {
  const sql = yield* SqlClient.SqlClient
  const { holder, operation, seconds, slug } = lease
  const [former] = yield* sql<{ held: boolean }>`
    SELECT holder IS NOT NULL AS held FROM tenant_provisioning WHERE slug = ${slug} FOR UPDATE`
  const rows = yield* sql`
    INSERT INTO tenant_provisioning AS known (slug, holder, lease_until, operation)
    VALUES (${slug}, ${holder}, clock_timestamp() + make_interval(secs => ${seconds}), ${operation})
    ON CONFLICT (slug) DO UPDATE
    SET holder = excluded.holder, lease_until = excluded.lease_until, operation = excluded.operation
    WHERE known.holder IS NULL OR known.lease_until < clock_timestamp()
    RETURNING slug`
  return rows.length > 0 ? { abandoned: former?.held === true } : undefined
})

/** Prolongs the lease. Says whether the holder still has it; the row is held until the transaction ends. */
export const renewLease = Effect.fnUntraced(function*(slug: TenantSlug, holder: string, seconds: number) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`
    UPDATE tenant_provisioning SET lease_until = clock_timestamp() + make_interval(secs => ${seconds})
    WHERE slug = ${slug} AND holder = ${holder} AND lease_until > clock_timestamp()
    RETURNING slug`
  return rows.length > 0
})

/** Lets the next one begin at once, which learns that this one came to no end. */
export const abandonLease = Effect.fnUntraced(function*(slug: TenantSlug, holder: string) {
  const sql = yield* SqlClient.SqlClient
  yield* sql`
    UPDATE tenant_provisioning SET lease_until = clock_timestamp() WHERE slug = ${slug} AND holder = ${holder}`
})

export const releaseLease = Effect.fnUntraced(function*(slug: TenantSlug, holder: string) {
  const sql = yield* SqlClient.SqlClient
  yield* sql`
    UPDATE tenant_provisioning SET holder = NULL, lease_until = NULL, operation = NULL
    WHERE slug = ${slug} AND holder = ${holder}`
})

/**
 * Writes down what is built. The last backup stays known until there is another one, and the last address as long as anything
 * is built, also while nobody answers there.
 */
export const writeBuilt = Effect.fnUntraced(function*(
  slug: TenantSlug,
  built: Pick<Provisioning, "config" | "service" | "record" | "url" | "backup">
) {
  const sql = yield* SqlClient.SqlClient
  yield* sql`
    UPDATE tenant_provisioning
    SET config = nullif(${JSON.stringify(built.config)}::jsonb, 'null'::jsonb), service = ${built.service},
      record = nullif(${JSON.stringify(built.record)}::jsonb, 'null'::jsonb), 
      url = CASE WHEN ${built.config !== null} THEN coalesce(${built.url}, url) END,
      backup = coalesce(${built.backup}, backup)
    WHERE slug = ${slug}`
})

/** Writes down the name of the last archive. */
export const writeArchive = Effect.fnUntraced(function*(slug: TenantSlug, archive: string) {
  const sql = yield* SqlClient.SqlClient
  yield* sql`
    INSERT INTO tenant_provisioning (slug, archive) VALUES (${slug}, ${archive})
    ON CONFLICT (slug) DO UPDATE SET archive = excluded.archive`
})

/** Writes down the state that a restored tenant comes back to. */
export const writeBack = Effect.fnUntraced(function*(slug: TenantSlug, state: TenantState) {
  const sql = yield* SqlClient.SqlClient
  const back = state === "suspended" ? "suspended" : "active"
  yield* sql`
    INSERT INTO tenant_provisioning (slug, back) VALUES (${slug}, ${back})
    ON CONFLICT (slug) DO UPDATE SET back = excluded.back`
})
