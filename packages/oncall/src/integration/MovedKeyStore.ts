import type { TenantId, TenantSlug } from "@innkeeper/config"
import { platformTable } from "@innkeeper/database"
import { Effect, Option } from "effect"
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

/** Within `withPlatform`: the address of the server where the tenant of a key is by now. */
export const findMovedTo = Effect.fnUntraced(function*(keyHash: Uint8Array) {
  const sql = yield* SqlClient.SqlClient
  const [row] = yield* sql<{ url: string | null }>`
    SELECT provisioning.url FROM moved_integration_key key
    JOIN tenant_provisioning provisioning ON provisioning.slug = key.slug
    WHERE key.key_hash = ${keyHash}`
  return Option.fromNullishOr(row?.url)
})
