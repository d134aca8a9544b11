import { OwnerSql } from "@innkeeper/database"
import { Deferred, Effect, Fiber } from "effect"

/**
 * Has `effect` begin something that reads the table in a transaction, and ends the session of that in the middle of the
 * transaction. Tests only.
 */
export const loseConnection = Effect.fnUntraced(function*<A, E, R>(table: string, effect: Effect.Effect<A, E, R>) {
  const sql = yield* OwnerSql
  const [locked, lost] = [yield* Deferred.make<void>(), yield* Deferred.make<void>()]
  const lock = yield* sql`LOCK TABLE ${sql(table)}`.pipe(
    Effect.andThen(Deferred.succeed(locked, undefined)),
    Effect.andThen(Deferred.await(lost)),
    sql.withTransaction,
    Effect.forkChild
  )
  yield* Effect.raceFirst(Deferred.await(locked), Fiber.join(lock))
  const begun = yield* effect
  yield* sql`
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND wait_event_type = 'Lock'`.pipe(
    Effect.repeat({ until: (ended) => ended.length > 0 })
  )
  yield* Deferred.succeed(lost, undefined)
  yield* Fiber.join(lock)
  return begun
})
