import { PgClient } from "@effect/sql-pg"
import { ownerRole } from "@innkeeper/database"
import { Context, Effect, Layer, Schedule, Schema } from "effect"
import { Reactivity } from "effect/reactivity"
import type { DatabaseAddress } from "./BenchPostgres.ts"

/** What PostgreSQL did for one operation, on average. */
export const Cost = Schema.Struct({
  /** Statements, `BEGIN` and `COMMIT` among them. */
  statements: Schema.Finite,
  /** Transactions that were committed, those that only read among them. */
  commits: Schema.Finite,
  /** Bytes of the write-ahead log. */
  walBytes: Schema.Finite
})
export type Cost = typeof Cost.Type

/** Counts what a side's work costs its database, over a session of its own. */
export class Meter extends Context.Service<Meter, {
  /** Runs `work` and divides what it cost by the number of operations that `operations` finds in its result. */
  readonly costOf: <A, E, R>(
    work: Effect.Effect<A, E, R>,
    operations: (result: A) => number
  ) => Effect.Effect<{ readonly result: A; readonly cost: Cost }, E, R>
  /** Waits until a query finds nothing left; it gives one column `count`. */
  readonly untilNone: (count: string) => Effect.Effect<void>
}>()("bench/Meter") {
  static readonly layer = ({ database, host }: DatabaseAddress) =>
    Layer.effect(
      Meter,
      Effect.gen(function*() {
        const sql = yield* PgClient.make({ host, database, username: ownerRole, maxConnections: 1 })
        const read = sql<{ statements: number; commits: number; wal: number }>`
          SELECT (SELECT coalesce(sum(calls), 0) FROM pg_stat_statements
                  WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database()))::float8 AS statements,
            (SELECT xact_commit FROM pg_stat_database WHERE datname = current_database())::float8 AS commits,
            (pg_current_wal_insert_lsn() - '0/0')::float8 AS wal`.pipe(
          Effect.map((rows) => rows[0]!),
          Effect.orDie
        )
        return Meter.of({
          untilNone: (count) =>
            sql.unsafe<{ count: bigint }>(count).pipe(
              Effect.repeat({ until: ([row]) => row!.count === 0n, schedule: Schedule.spaced("5 millis") }),
              Effect.asVoid,
              Effect.orDie
            ),
          costOf: Effect.fnUntraced(function*(work, operations) {
            const before = yield* read
            const result = yield* work
            // A session tells its statistics at the earliest a second after it last did.
            yield* Effect.sleep("1100 millis")
            const after = yield* read
            const count = operations(result)
            const cost: Cost = {
              statements: (after.statements - before.statements) / count,
              commits: (after.commits - before.commits) / count,
              walBytes: (after.wal - before.wal) / count
            }
            return { result, cost }
          })
        })
      })
    ).pipe(Layer.provide(Reactivity.layer), Layer.orDie)
}
