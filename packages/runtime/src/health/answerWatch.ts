import { PgClient, PgConnection } from "@effect/sql-pg"
import { type Duration, Effect, Fiber, Layer, Option, Schedule } from "effect"
import { Health } from "./Health.ts"

/** Whether the database answers a session that is opened for this question. */
const answersAnother = ({ config }: PgClient.PgClient) =>
  PgConnection.make(config).pipe(
    Effect.flatMap((session) => session.query("SELECT 1")),
    Effect.scoped,
    Effect.timeout("5 seconds"),
    Effect.isSuccess
  )

export interface AnswerWatch {
  /** Rest between two looks; 10 s if not given. */
  readonly every?: Duration.Input
  /**
   * So long a statement waits in vain before its sessions are suspected; 60 s if not given. The server ends statements and
   * sessions much earlier.
   */
  readonly patience?: Duration.Input
}

/**
 * Has the process restarted when its sessions give no answer, although the database would: none is free any more, or a
 * network has lost them without a word. What the process works at would otherwise stay with it, neither done nor given to
 * another process. When the database itself is away a restart helps nobody.
 */
export const watchAnswers = Effect.fnUntraced(
  function*(sql: PgClient.PgClient, { every = "10 seconds", patience = "60 seconds" }: AnswerWatch = {}) {
    const { stuck } = yield* Health

    const look = Effect.gen(function*() {
      const asking = yield* Effect.forkScoped(Effect.exit(sql`SELECT 1`))
      while (Option.isNone(yield* Effect.timeoutOption(Fiber.await(asking), patience))) {
        if (!(yield* answersAnother(sql))) continue
        yield* Effect.logError("The database answers, and no statement reaches it: this process should be restarted")
        yield* stuck("no statement reaches the database, although it answers")
        yield* Fiber.await(asking)
      }
    })
    yield* Effect.scoped(look).pipe(Effect.repeat(Schedule.spaced(every)), Effect.forkScoped)
  }
)

/** Watches the pool. */
export const poolWatch = (options?: AnswerWatch) =>
  Layer.effectDiscard(Effect.flatMap(PgClient.PgClient, (pool) => watchAnswers(pool, options)))
