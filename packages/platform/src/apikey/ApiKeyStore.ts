import { TenantId } from "@innkeeper/config"
import { Effect, Option, Schema } from "effect"
import { SqlClient } from "effect/sql"
import { Scope } from "../access/Access.ts"
import { TenantState } from "../lifecycle/TenantOperation.ts"
import { ApiKey, ApiKeyId } from "./ApiKeyApi.ts"

const Row = Schema.Struct({
  ...ApiKey.fields,
  createdAt: Schema.DateTimeUtcFromDate,
  expiresAt: Schema.NullOr(Schema.DateTimeUtcFromDate),
  lastUsedAt: Schema.NullOr(Schema.DateTimeUtcFromDate),
  revokedAt: Schema.NullOr(Schema.DateTimeUtcFromDate)
})
const decodeRows = Schema.decodeUnknownEffect(Schema.Array(Row))
const encodeInstant = Schema.encodeSync(Schema.NullOr(Schema.DateTimeUtcFromString))

/** Keys of the current tenant, newest first. */
export const findKeys = Effect.fnUntraced(function*(id?: ApiKeyId) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`
    SELECT id, name, scopes, hint, created_at AS "createdAt", expires_at AS "expiresAt", last_used_at AS "lastUsedAt",
      revoked_at AS "revokedAt"
    FROM api_key WHERE ${id === undefined ? sql`true` : sql`id = ${id}`} ORDER BY id DESC`
  return (yield* decodeRows(rows)).map((row) => new ApiKey(row))
})

export const insertKey = Effect.fnUntraced(
  function*(key: Pick<ApiKey, "id" | "name" | "scopes" | "hint" | "expiresAt">, hash: Uint8Array) {
    const sql = yield* SqlClient.SqlClient
    yield* sql`
      INSERT INTO api_key (id, name, key_hash, hint, scopes, expires_at)
      VALUES (${key.id}, ${key.name}, ${hash}, ${key.hint}, ${JSON.stringify(key.scopes)}::jsonb,
        ${encodeInstant(key.expiresAt)}::timestamptz)`
  }
)

export const revokeKey = Effect.fnUntraced(function*(id: ApiKeyId) {
  const sql = yield* SqlClient.SqlClient
  const revoked = yield* sql`
    UPDATE api_key SET revoked_at = coalesce(revoked_at, now()) WHERE id = ${id} RETURNING id`
  return revoked.length > 0
})

const Holder = Schema.Struct({
  id: ApiKeyId,
  tenantId: TenantId,
  tenantName: Schema.String,
  tenantState: TenantState,
  name: Schema.String,
  scopes: Schema.Array(Scope)
})
const decodeHolders = Schema.decodeUnknownEffect(Schema.Array(Holder))

/** The valid key with a hash, in whichever tenant and its state, marked as used. Within `withPlatform`. */
export const useKey = Effect.fnUntraced(function*(hash: Uint8Array) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`
    SELECT key.id, key.tenant_id AS "tenantId", tenant.name AS "tenantName",
      tenant.state AS "tenantState", key.name, key.scopes
    FROM api_key key JOIN tenant ON tenant.id = key.tenant_id
    WHERE key.key_hash = ${hash} AND key.revoked_at IS NULL AND (key.expires_at IS NULL OR key.expires_at > now())`
  yield* sql`
    UPDATE api_key SET last_used_at = now()
    WHERE key_hash = ${hash} AND (last_used_at IS NULL OR last_used_at < now() - interval '1 minute')`
  return Option.fromNullishOr((yield* decodeHolders(rows))[0])
})
