import { platformSql } from "@innkeeper/database"
import { Context, Effect, Layer } from "effect"
import { Reactivity } from "effect/reactivity"
import { SqlClient } from "effect/sql"

/**
 * The session of this process in which readers of the outbox read events of all tenants, and what those lead to, and write down
 * how far they have come, each statement a transaction. A crash of PostgreSQL may take back how far they came in the last second, and they read that again.
 */
export class OutboxSession extends Context.Service<OutboxSession, {
  readonly onSession: <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E, Exclude<R, SqlClient.SqlClient>>
}>()("runtime/OutboxSession") {
  static readonly layer = Layer.effect(
    OutboxSession,
    Effect.map(
      platformSql({ synchronous_commit: "off" }),
      (sql) => OutboxSession.of({ onSession: Effect.provideService(SqlClient.SqlClient, sql) })
    )
  ).pipe(Layer.provide(Reactivity.layer), Layer.orDie)
}
