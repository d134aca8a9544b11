import type { TenantId } from "@innkeeper/config"
import { Context, Effect, Option } from "effect"
import { SqlClient, type SqlConnection, type SqlError } from "effect/sql"

/** The tenant on whose behalf the current fiber runs. Provided once, at the edge. */
export class CurrentTenant extends Context.Service<CurrentTenant, {
  readonly id: TenantId
}>()("database/CurrentTenant") {}

/** Runs `effect` on behalf of the tenant. It opens no transaction; `withTenant` does. */
export const asTenant = (id: TenantId) => Effect.provideService(CurrentTenant, { id })

/**
 * Runs `effect` in one transaction whose rows are limited to the current tenant.
 *
 * Without it a query on a tenant's table returns nothing. The tenant is a setting local to the transaction, so it
 * cannot leak through the pool. Inside another `withTenant` of the same tenant the transaction goes on: a failure that
 * the outer effect recovers from undoes nothing of the inner one. For another tenant it becomes a savepoint.
 */
export const withTenant = <A, E, R>(
  effect: Effect.Effect<A, E, R>
): Effect.Effect<A, E | SqlError.SqlError, R | CurrentTenant | SqlClient.SqlClient> =>
  Effect.flatMap(CurrentTenant, ({ id }) => within({ role: "none", tenantId: id }, effect))

/**
 * Runs `effect` in one transaction that sees every tenant's rows, for work of the platform itself such as finding whose
 * session a token is. `name` says which work, in the trace. An insert has to name its `tenant_id`.
 */
export const withPlatform =
  (name: string) =>
  <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E | SqlError.SqlError, R | SqlClient.SqlClient> =>
    Effect.withSpan(within({ role: "innkeeper_platform", tenantId: "" }, effect), `withPlatform ${name}`, {
      attributes: { "innkeeper.platform_scope": name }
    })

/**
 * Runs `effect` in one transaction that reads and deletes rows of the current tenant, also those of append-only tables, and
 * can do nothing else. For the end of a tenant and of what it keeps no longer.
 */
export const withRemoval = <A, E, R>(
  effect: Effect.Effect<A, E, R>
): Effect.Effect<A, E | SqlError.SqlError, R | CurrentTenant | SqlClient.SqlClient> =>
  Effect.flatMap(
    CurrentTenant,
    ({ id }) => Effect.withSpan(within({ role: "innkeeper_removal", tenantId: id }, effect), "withRemoval")
  )

/**
 * Runs `effect` in one transaction of the current tenant that sees all rows as they were at its beginning and can change
 * none. Outside of any other transaction.
 */
export const withSnapshot = <A, E, R>(
  effect: Effect.Effect<A, E, R>
): Effect.Effect<A, E | SqlError.SqlError, R | CurrentTenant | SqlClient.SqlClient> =>
  Effect.flatMap(SqlClient.SqlClient, (sql) =>
    sql.withTransaction(Effect.andThen(
      sql`SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY`,
      withTenant(effect)
    )))

interface Scope {
  readonly role: "none" | "innkeeper_platform" | "innkeeper_removal"
  readonly tenantId: string
}

const unscoped: Scope = { role: "none", tenantId: "" }

/** The scope that `connection`'s transaction is in. Stale once that transaction has ended, hence the comparison. */
const OpenScope = Context.Reference<{
  readonly connection: SqlConnection.Connection | undefined
  readonly scope: Scope
}>(
  "database/OpenScope",
  { defaultValue: () => ({ connection: undefined, scope: unscoped }) }
)

const within = Effect.fnUntraced(function*<A, E, R>(
  wanted: Scope,
  effect: Effect.Effect<A, E, R>
): Effect.fn.Return<A, E | SqlError.SqlError, R | SqlClient.SqlClient> {
  const sql = yield* SqlClient.SqlClient
  const enter = (scope: Scope) =>
    sql`SELECT set_config('role', ${scope.role}, true), set_config('app.tenant_id', ${scope.tenantId}, true)`

  const currentConnection = Effect.map(
    Effect.serviceOption(sql.transactionService),
    (transaction) => Option.getOrUndefined(transaction)?.[0]
  )

  const connection = yield* currentConnection
  const open = yield* OpenScope
  const outer = connection !== undefined && connection === open.connection ? open.scope : unscoped
  if (connection !== undefined && outer.role === wanted.role && outer.tenantId === wanted.tenantId) {
    return yield* effect
  }

  return yield* sql.withTransaction(Effect.gen(function*() {
    yield* enter(wanted)
    const result = yield* Effect.provideService(effect, OpenScope, {
      connection: yield* currentConnection,
      scope: wanted
    })
    // A failure takes the settings back with the savepoint; after a success it is done here.
    if (connection !== undefined) yield* enter(outer)
    return result
  }))
})
