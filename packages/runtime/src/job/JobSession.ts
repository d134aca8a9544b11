import { platformSql } from "@innkeeper/database"
import { Context, Effect, Layer } from "effect"
import { Reactivity } from "effect/reactivity"
import { SqlClient } from "effect/sql"
import { byIndex } from "./JobPartitionStore.ts"

/** The session of this process in which the owners of partitions read and write, each statement a transaction. */
export class JobSession extends Context.Service<JobSession, {
  readonly onSession: <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E, Exclude<R, SqlClient.SqlClient>>
}>()("runtime/JobSession") {
  static readonly layer = Layer.effect(
    JobSession,
    Effect.map(
      platformSql(byIndex),
      (sql) => JobSession.of({ onSession: Effect.provideService(SqlClient.SqlClient, sql) })
    )
  ).pipe(Layer.provide(Reactivity.layer), Layer.orDie)
}

/**
 * The session of this process in which jobs are stored that are asked for outside of any transaction: those of all tenants
 * together, each statement a transaction. It is not the owners', whose rounds would be waited for.
 */
export class JobStoreSession extends Context.Service<JobStoreSession, {
  readonly onSession: <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E, Exclude<R, SqlClient.SqlClient>>
}>()("runtime/JobStoreSession") {
  static readonly layer = Layer.effect(
    JobStoreSession,
    Effect.map(
      platformSql(),
      (sql) => JobStoreSession.of({ onSession: Effect.provideService(SqlClient.SqlClient, sql) })
    )
  ).pipe(Layer.provide(Reactivity.layer), Layer.orDie)
}
