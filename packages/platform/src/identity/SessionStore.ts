import { TenantId, type TenantSlug } from "@innkeeper/config"
import { Effect, Option, Schema } from "effect"
import { SqlClient } from "effect/sql"
import { Role } from "../access/Access.ts"
import { TenantState } from "../lifecycle/TenantOperation.ts"
import { UserId } from "./User.ts"

const Found = Schema.Struct({
  tenantId: TenantId,
  tenantName: Schema.String,
  tenantState: TenantState,
  userId: UserId,
  name: Schema.String,
  role: Role,
  platformAdmin: Schema.Boolean,
  /** Seconds since the session was last used. */
  idle: Schema.Finite
})
const decodeFound = Schema.decodeUnknownEffect(Schema.Array(Found))

/** The session of a token, in whichever tenant and its state: at most 30 days old, used within 7, of a person who may sign in. */
export const findSession = Effect.fnUntraced(function*(tokenHash: Uint8Array) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`
    SELECT tenant.id AS "tenantId", tenant.name AS "tenantName", tenant.state AS "tenantState", person.id AS "userId", person.name, person.role,
      person.platform_admin AS "platformAdmin", extract(epoch FROM now() - session.used_at)::float8 AS idle
    FROM session
    JOIN user_account person ON person.tenant_id = session.tenant_id AND person.id = session.user_id
    JOIN tenant ON tenant.id = session.tenant_id
    WHERE session.token_hash = ${tokenHash} AND person.deactivated_at IS NULL
      AND session.created_at > now() - interval '30 days' AND session.used_at > now() - interval '7 days'`
  return Option.fromNullishOr((yield* decodeFound(rows))[0])
})

/** Remembers when a session was used, unless its person is being changed: a change locks the person, and then sessions. */
export const touchSession = Effect.fnUntraced(function*(tokenHash: Uint8Array) {
  const sql = yield* SqlClient.SqlClient
  yield* sql`
    WITH person AS (
      SELECT person.tenant_id, person.id FROM session
      JOIN user_account person ON person.tenant_id = session.tenant_id AND person.id = session.user_id
      WHERE session.token_hash = ${tokenHash}
      FOR NO KEY UPDATE OF person SKIP LOCKED
    ), seen AS (
      UPDATE user_account SET last_seen_at = now() FROM person
      WHERE user_account.tenant_id = person.tenant_id AND user_account.id = person.id
      RETURNING user_account.tenant_id
    )
    UPDATE session SET used_at = now() FROM seen
    WHERE session.tenant_id = seen.tenant_id AND session.token_hash = ${tokenHash}`
})

/**
 * Opens a session of the current tenant, and forgets those that are too old to be used. Tells whether it did: not for who
 * may sign in no longer, or has another password by now than the one of `passwordHash`. Those changes wait for it.
 */
export const insertSession = Effect.fnUntraced(
  function*(tokenHash: Uint8Array, userId: UserId, passwordHash?: string | null) {
    const sql = yield* SqlClient.SqlClient
    const opened = yield* sql`
      INSERT INTO session (token_hash, user_id)
      SELECT ${tokenHash}, person.id FROM user_account person
      WHERE person.id = ${userId} AND person.deactivated_at IS NULL
        AND ${passwordHash === undefined ? sql`true` : sql`person.password_hash = ${passwordHash}`}
      FOR SHARE
      RETURNING user_id`
    yield* sql`DELETE FROM session WHERE created_at < now() - interval '30 days' OR used_at < now() - interval '7 days'`
    return opened.length > 0
  }
)

const Holder = Schema.Struct({ tenantId: TenantId, userId: UserId, name: Schema.String })
const decodeHolders = Schema.decodeUnknownEffect(Schema.Array(Holder))

/** Whose the session of a token is, in whichever tenant, also where it lets nobody in. Within `withPlatform`. */
export const findHolder = Effect.fnUntraced(function*(tokenHash: Uint8Array) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`
    SELECT person.tenant_id AS "tenantId", person.id AS "userId", person.name FROM session
    JOIN user_account person ON person.tenant_id = session.tenant_id AND person.id = session.user_id
    WHERE session.token_hash = ${tokenHash}`
  return Option.fromNullishOr((yield* decodeHolders(rows))[0])
})

/** Ends a session of the current tenant; false where it has ended already. */
export const deleteSession = Effect.fnUntraced(function*(tokenHash: Uint8Array) {
  const sql = yield* SqlClient.SqlClient
  const ended = yield* sql`DELETE FROM session WHERE token_hash = ${tokenHash} RETURNING user_id`
  return ended.length > 0
})

/** Ends every session of a person but one, and makes their links to sign in void. */
export const deleteAccessOf = Effect.fnUntraced(function*(userId: UserId, except: Uint8Array | null) {
  const sql = yield* SqlClient.SqlClient
  yield* sql`DELETE FROM magic_link WHERE user_id = ${userId}`
  yield* sql`DELETE FROM session WHERE user_id = ${userId} AND token_hash IS DISTINCT FROM ${except}`
})

/** Keeps a link of the current tenant, and forgets those that are too old to be used. */
export const insertMagicLink = Effect.fnUntraced(function*(tokenHash: Uint8Array, userId: UserId, seconds: number) {
  const sql = yield* SqlClient.SqlClient
  yield* sql`DELETE FROM magic_link WHERE expires_at < now()`
  yield* sql`
    INSERT INTO magic_link (token_hash, user_id, expires_at)
    VALUES (${tokenHash}, ${userId}, now() + make_interval(secs => ${seconds}))`
})

/** Uses up a magic link, in whichever tenant it is or in `organisation` alone, and tells whose it was. */
export const takeMagicLink = Effect.fnUntraced(function*(tokenHash: Uint8Array, organisation?: TenantSlug) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`
    DELETE FROM magic_link USING user_account person, tenant
    WHERE magic_link.token_hash = ${tokenHash} AND magic_link.expires_at > now()
      AND person.tenant_id = magic_link.tenant_id AND person.id = magic_link.user_id
      AND person.deactivated_at IS NULL AND tenant.id = magic_link.tenant_id AND tenant.state = 'active'
      AND ${organisation === undefined ? sql`true` : sql`tenant.slug = ${organisation}`}
    RETURNING magic_link.tenant_id AS "tenantId", magic_link.user_id AS "userId", person.name`
  return Option.fromNullishOr((yield* decodeHolders(rows))[0])
})

const Shut = Schema.Struct({ name: Schema.String, state: TenantState })
const decodeShut = Schema.decodeUnknownEffect(Schema.Array(Shut))

/** The tenant of a magic link that could be used if the tenant were served. */
export const findShutTenant = Effect.fnUntraced(function*(tokenHash: Uint8Array) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`
    SELECT tenant.name, tenant.state FROM magic_link JOIN tenant ON tenant.id = magic_link.tenant_id
    WHERE magic_link.token_hash = ${tokenHash} AND magic_link.expires_at > now() AND tenant.state <> 'active'`
  return (yield* decodeShut(rows))[0]
})
