import { PgClient, PgConnection } from "@effect/sql-pg"
import { type Duration, Effect, Fiber, Layer, Option, Schedule } from "effect"
import { SqlClient } from "effect/sql"
import { Health } from "./Health.ts"

const interval = "10 seconds"

/** Whether the database answers a session that is not of the pool. */
const answers = ({ config }: PgClient.PgClient) =>
  PgConnection.make(config).pipe(
    Effect.flatMap((session) => session.query("SELECT 1")),
    Effect.scoped,
    Effect.timeout("5 seconds"),
    Effect.isSuccess
  )

/**
 * Has the process restarted when its pool of sessions gives none, although the database would: what it works at would
 * otherwise stay with it, neither done nor given to another process. When the database itself is away a restart helps nobody.
 *
 * `patience`: so long a statement waits in vain before the pool is suspected. The server ends statements and sessions much
 * earlier than after the 60 s that it is if not given.
 */
export const poolWatch = ({ patience = "60 seconds" }: { readonly patience?: Duration.Input } = {}) =>
  Layer.effectDiscard(Effect.gen(function*() {
    const sql = yield* SqlClient.SqlClient
    const client = yield* PgClient.PgClient
    const { stuck } = yield* Health

    const look = Effect.gen(function*() {
      const asking = yield* Effect.forkScoped(Effect.exit(sql`SELECT 1`))
      while (Option.isNone(yield* Effect.timeoutOption(Fiber.await(asking), patience))) {
        if (!(yield* answers(client))) continue
        yield* Effect.logError("The database answers, and no statement reaches it: this process should be restarted")
        yield* stuck("no statement reaches the database, although it answers")
        yield* Fiber.await(asking)
      }
    })
    yield* Effect.scoped(look).pipe(Effect.repeat(Schedule.spaced(interval)), Effect.forkScoped)
  }))
