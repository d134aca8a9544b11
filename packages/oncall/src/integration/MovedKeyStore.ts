import { TenantId, type TenantSlug } from "@innkeeper/config"
import { platformTable } from "@innkeeper/database"
import { Effect, Option, Schema } from "effect"
import { SqlClient } from "effect/sql"

/** Keys of integrations whose tenants have a server of their own by now. */
export const movedKeys = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  yield* sql`CREATE TABLE moved_integration_key (key_hash bytea PRIMARY KEY, slug text NOT NULL)`
  yield* platformTable("moved_integration_key", { only: true })
})

/** Within `withPlatform`: keeps which keys a tenant has. */
export const keepKeys = Effect.fnUntraced(
  function*({ id, slug }: { readonly id: TenantId; readonly slug: TenantSlug }) {
    const sql = yield* SqlClient.SqlClient
    yield* sql`
      INSERT INTO moved_integration_key (key_hash, slug)
      SELECT key_hash, ${slug} FROM integration WHERE tenant_id = ${id} AND revoked_at IS NULL
      ON CONFLICT (key_hash) DO UPDATE SET slug = excluded.slug`
  }
)

const Row = Schema.Struct({ tenantId: TenantId, url: Schema.NullOr(Schema.String) })
/** A tenant that has moved away, and the address of its own server where that has one. */
export type Moved = typeof Row.Type
const decodeRows = Schema.decodeUnknownEffect(Schema.Array(Row))

/** Within `withPlatform`: the tenant of a key, whatever its state, while its data is in a database of its own. */
export const findMoved = Effect.fnUntraced(function*(keyHash: Uint8Array) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`
    SELECT tenant.id AS "tenantId", provisioning.url FROM moved_integration_key key
    JOIN tenant ON tenant.slug = key.slug AND tenant.config->>'tier' <> 'pooled'
    LEFT JOIN tenant_provisioning provisioning ON provisioning.slug = key.slug
    WHERE key.key_hash = ${keyHash}`
  return Option.fromNullishOr((yield* decodeRows(rows))[0])
})
