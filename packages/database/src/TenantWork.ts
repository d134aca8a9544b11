import { Effect, Schema } from "effect"
import { SqlClient, SqlError } from "effect/sql"
import { type CurrentTenant, withPlatform, withTenant } from "./TenantScope.ts"

/** What a store can fail with and nobody but a programmer can mend. */
export type StoreDefect = SqlError.SqlError | Schema.SchemaError

const isDefect = (error: unknown): error is StoreDefect => SqlError.isSqlError(error) || Schema.isSchemaError(error)

/**
 * How a service runs its work: in one transaction of the current tenant, on the client it was made with. SQL that fails and
 * rows that do not decode are defects. `explain` turns a violated constraint into the service's own error.
 */
export const tenantWork = Effect.map(SqlClient.SqlClient, (sql) => {
  const explained = <P>(explain: (reason: SqlError.SqlError["reason"]) => P | undefined) =>
  <A, E, R>(
    effect: Effect.Effect<A, E, R>
  ): Effect.Effect<A, Exclude<E, StoreDefect> | P, Exclude<R, SqlClient.SqlClient> | CurrentTenant> =>
    Effect.provideService(withTenant(effect), SqlClient.SqlClient, sql).pipe(
      Effect.catch((error): Effect.Effect<never, Exclude<E, StoreDefect> | P> => {
        const explanation = SqlError.isSqlError(error) ? explain(error.reason) : undefined
        if (explanation !== undefined) return Effect.fail(explanation)
        return isDefect(error) ? Effect.die(error) : Effect.fail(error as Exclude<E, StoreDefect>)
      })
    )
  return { explained, scoped: explained<never>(() => undefined) }
})

/** The same for work across tenants: each effect in one transaction that sees every tenant's rows. `name` as in `withPlatform`. */
export const platformWork = (name: string) =>
  Effect.map(
    SqlClient.SqlClient,
    (sql) =>
    <A, E, R>(
      effect: Effect.Effect<A, E, R>
    ): Effect.Effect<A, Exclude<E, StoreDefect>, Exclude<R, SqlClient.SqlClient>> =>
      Effect.provideService(withPlatform(name)(effect), SqlClient.SqlClient, sql).pipe(
        Effect.catch((error) => isDefect(error) ? Effect.die(error) : Effect.fail(error as Exclude<E, StoreDefect>))
      )
  )
