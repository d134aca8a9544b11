import { Deferred, Effect, Fiber } from "effect"
import { SqlClient } from "effect/sql"

/** Begins a transaction that has a number, as each has that writes, and gives its end. */
export const longTransaction = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const [begun, end] = [yield* Deferred.make<void>(), yield* Deferred.make<void>()]
  const transaction = yield* sql`SELECT pg_current_xact_id()::text`.pipe(
    Effect.andThen(Deferred.succeed(begun, undefined)),
    Effect.andThen(Deferred.await(end)),
    sql.withTransaction,
    Effect.forkChild
  )
  yield* Effect.raceFirst(Deferred.await(begun), Fiber.join(transaction))
  return { end: Effect.andThen(Deferred.succeed(end, undefined), Fiber.join(transaction)) }
})
