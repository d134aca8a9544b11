import { PgClient, PgConnection } from "@effect/sql-pg"
import { Context, Effect, Layer, type Queue, RcRef, type Scope } from "effect"
import type { SqlError } from "effect/sql/SqlError"

/** The one session of this process in which it listens to channels of PostgreSQL, beside the pool. */
export class ListenSession extends Context.Service<ListenSession, {
  /** What is told on the channel while the scope is open; fails when the session is lost, and the next call opens another. */
  readonly listen: (
    channel: string
  ) => Effect.Effect<Queue.Dequeue<PgConnection.Notification, SqlError>, SqlError, Scope.Scope>
}>()("runtime/ListenSession") {
  /** Where several layers are provided with it they share the session. */
  static readonly layer = Layer.effect(
    ListenSession,
    Effect.gen(function*() {
      const { config } = yield* PgClient.PgClient
      const session = yield* RcRef.make({
        acquire: Effect.flatMap(PgConnection.make(config), (connection) => connection.pin)
      })
      return ListenSession.of({
        listen: (channel) =>
          Effect.flatMap(
            RcRef.get(session),
            (connection) => Effect.tapError(connection.listen(channel), () => RcRef.invalidate(session))
          )
      })
    })
  )
}
