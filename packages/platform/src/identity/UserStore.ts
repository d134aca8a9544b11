import { TenantId, type TenantSlug } from "@innkeeper/config"
import { Effect, Option, Schema } from "effect"
import { SqlClient } from "effect/sql"
import { TenantState } from "../lifecycle/TenantOperation.ts"
import { ContactMethod, type ContactMethodId, User, UserId } from "./User.ts"

const Row = Schema.Struct({
  ...User.fields,
  createdAt: Schema.DateTimeUtcFromDate,
  lastSeenAt: Schema.NullOr(Schema.DateTimeUtcFromDate),
  deactivatedAt: Schema.NullOr(Schema.DateTimeUtcFromDate)
})
const decodeRows = Schema.decodeUnknownEffect(Schema.Array(Row))

/** One person, or all of the tenant, by name. */
export const findUsers = Effect.fnUntraced(function*(of: { readonly id?: string; readonly email?: string } = {}) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`
    SELECT person.id, person.name, person.email, person.role, person.time_zone AS "timeZone",
      person.platform_admin AS "platformAdmin", person.created_at AS "createdAt", person.last_seen_at AS "lastSeenAt",
      person.deactivated_at AS "deactivatedAt",
      coalesce((
        SELECT jsonb_agg(jsonb_build_object('id', method.id, 'kind', method.kind, 'address', method.address)
          ORDER BY method.created_at, method.id)
        FROM contact_method method WHERE method.tenant_id = person.tenant_id AND method.user_id = person.id
      ), '[]') AS "contactMethods"
    FROM user_account person
    WHERE ${
    sql.and([
      sql`true`,
      ...(of.id === undefined ? [] : [sql`person.id = ${of.id}`]),
      ...(of.email === undefined ? [] : [sql`lower(person.email) = lower(${of.email})`])
    ])
  }
    ORDER BY person.name COLLATE name_order, person.id`
  return (yield* decodeRows(rows)).map((row) =>
    new User({ ...row, contactMethods: row.contactMethods.map((method) => new ContactMethod(method)) })
  )
})

/** Lets nobody else decide who of the current tenant is active, and with which role, until the transaction ends. */
export const holdPeople = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  yield* sql`SELECT pg_advisory_xact_lock(hashtextextended('people of ' || current_setting('app.tenant_id'), 0))`
})

/** Lets nobody else change a person until the transaction ends. */
export const holdPerson = Effect.fnUntraced(function*(id: UserId) {
  const sql = yield* SqlClient.SqlClient
  yield* sql`SELECT FROM user_account WHERE id = ${id} FOR NO KEY UPDATE`
})

/** How many people of the current tenant are active, and how many of them are admins. */
export const countActiveUsers = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const [row] = yield* sql<{ readonly people: number; readonly admins: number }>`
    SELECT count(*)::int AS people, (count(*) FILTER (WHERE role = 'admin'))::int AS admins
    FROM user_account WHERE deactivated_at IS NULL`
  return row!
})

export const insertUser = Effect.fnUntraced(
  function*(user: {
    readonly id: UserId
    readonly name: string
    readonly email: string
    readonly role: string
    readonly timeZone: string
    readonly platformAdmin: boolean
  }) {
    const sql = yield* SqlClient.SqlClient
    yield* sql`
      INSERT INTO user_account (id, name, email, role, time_zone, platform_admin)
      VALUES (${user.id}, ${user.name}, ${user.email}, ${user.role}, ${user.timeZone}, ${user.platformAdmin})`
  }
)

/** Writes what is given of a person; the rest stays as others leave it meanwhile. */
export const updateUser = Effect.fnUntraced(
  function*(id: UserId, change: {
    readonly name?: string | undefined
    readonly role?: string | undefined
    readonly timeZone?: string | undefined
    readonly active?: boolean | undefined
    readonly platformAdmin?: boolean | undefined
  }) {
    const sql = yield* SqlClient.SqlClient
    const { active = null, name = null, platformAdmin = null, role = null, timeZone = null } = change
    yield* sql`
      UPDATE user_account SET name = coalesce(${name}, name), role = coalesce(${role}, role),
        time_zone = coalesce(${timeZone}, time_zone), platform_admin = coalesce(${platformAdmin}, platform_admin),
        deactivated_at = CASE ${active}::boolean
          WHEN true THEN NULL WHEN false THEN coalesce(deactivated_at, now()) ELSE deactivated_at END
      WHERE id = ${id}`
  }
)

export const writePasswordHash = Effect.fnUntraced(function*(id: UserId, hash: string) {
  const sql = yield* SqlClient.SqlClient
  yield* sql`UPDATE user_account SET password_hash = ${hash} WHERE id = ${id}`
})

export const findPasswordHash = Effect.fnUntraced(function*(id: UserId) {
  const sql = yield* SqlClient.SqlClient
  const [row] = yield* sql<{ readonly password_hash: string | null }>`
    SELECT password_hash FROM user_account WHERE id = ${id}`
  return Option.fromNullishOr(row?.password_hash)
})

export const insertContactMethod = Effect.fnUntraced(
  function*(userId: UserId, method: ContactMethod, sealedSecret: string | null) {
    const sql = yield* SqlClient.SqlClient
    yield* sql`
      INSERT INTO contact_method (id, user_id, kind, address, secret_sealed)
      VALUES (${method.id}, ${userId}, ${method.kind}, ${method.address}, ${sealedSecret})`
  }
)

export const deleteContactMethod = Effect.fnUntraced(function*(userId: UserId, id: ContactMethodId) {
  const sql = yield* SqlClient.SqlClient
  const gone = yield* sql`DELETE FROM contact_method WHERE user_id = ${userId} AND id = ${id} RETURNING id`
  return gone.length > 0
})

export const findSealedSecret = Effect.fnUntraced(function*(id: string) {
  const sql = yield* SqlClient.SqlClient
  const [row] = yield* sql<{ readonly secret_sealed: string | null }>`
    SELECT secret_sealed FROM contact_method WHERE id = ${id}`
  return Option.fromNullishOr(row?.secret_sealed)
})

const Account = Schema.Struct({
  tenantId: TenantId,
  tenantSlug: Schema.String,
  tenantName: Schema.String,
  tenantState: TenantState,
  userId: UserId,
  name: Schema.String,
  email: Schema.String,
  passwordHash: Schema.NullOr(Schema.String)
})
/** What sign-in needs to know of a person. */
export type Account = typeof Account.Type
const decodeAccounts = Schema.decodeUnknownEffect(Schema.Array(Account))

/**
 * The accounts of an address in all tenants or in `organisation`, those of people who may sign in where the tenant is
 * served, which come first. Within `withPlatform`.
 */
export const findAccounts = Effect.fnUntraced(function*(email: string, organisation?: TenantSlug) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`
    SELECT tenant.id AS "tenantId", tenant.slug AS "tenantSlug", tenant.name AS "tenantName",
      tenant.state AS "tenantState", person.id AS "userId", person.name, person.email,
      person.password_hash AS "passwordHash"
    FROM user_account person JOIN tenant ON tenant.id = person.tenant_id
    WHERE lower(person.email) = lower(${email}) AND person.deactivated_at IS NULL
      AND ${organisation === undefined ? sql`true` : sql`tenant.slug = ${organisation}`}
    ORDER BY tenant.state = 'active' DESC, tenant.slug LIMIT 20`
  // PostgreSQL takes some letters for the same that stand for different ones in a host name, such as İ and i.
  return (yield* decodeAccounts(rows)).filter((account) => account.email.toLowerCase() === email.toLowerCase())
})
