import { NodeServices } from "@effect/platform-node"
import { PgClient } from "@effect/sql-pg"
import { ownerRole } from "@innkeeper/database"
import { Context, Effect, FileSystem, Layer, Schedule, Schema } from "effect"
import { Reactivity } from "effect/reactivity"
import { familyProcessorMillis, ownProcessorMillis } from "../lib/processorTime.ts"
import type { DatabaseAddress } from "./BenchPostgres.ts"

/** What one operation costs, on average. */
export const Cost = Schema.Struct({
  /** Statements, `BEGIN` and `COMMIT` among them. */
  statements: Schema.Finite,
  /** Transactions that were committed, those that only read among them. */
  commits: Schema.Finite,
  /** Bytes of the write-ahead log. */
  walBytes: Schema.Finite,
  /** Milliseconds of processor time of this process, its load among them. */
  ownMillis: Schema.Finite,
  /** Milliseconds of processor time of PostgreSQL; unknown where there is no `/proc`. */
  postgresMillis: Schema.optional(Schema.Finite),
  /** The statements that took longest, longest first. */
  queries: Schema.Array(Schema.Struct({
    text: Schema.String,
    calls: Schema.Finite,
    millis: Schema.Finite,
    walBytes: Schema.Finite
  }))
})
export type Cost = typeof Cost.Type

/** Counts what a side's work costs its process and its database, over a session of its own. */
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
        const fs = yield* FileSystem.FileSystem
        const sql = yield* PgClient.make({ host, database, username: ownerRole, maxConnections: 1 })
        const [postmaster = ""] = (yield* fs.readFileString(`${host}/.s.PGSQL.5432.lock`)).split("\n")
        const postgresMillis = Effect.provideService(familyProcessorMillis(postmaster), FileSystem.FileSystem, fs)
        const processors = Effect.all({ own: ownProcessorMillis, postgres: postgresMillis })
        const ours = sql`dbid = (SELECT oid FROM pg_database WHERE datname = current_database())`
        const queries = sql<{ text: string; calls: number; millis: number; walBytes: number }>`
          SELECT regexp_replace(query, '\\s+', ' ', 'g') AS text, calls::float8, total_exec_time AS millis,
            wal_bytes::float8 AS "walBytes"
          FROM pg_stat_statements WHERE ${ours} ORDER BY total_exec_time DESC LIMIT 16`.pipe(Effect.orDie)
        const counters = sql<{ statements: number; commits: number; wal: number }>`
          SELECT (SELECT coalesce(sum(calls), 0) FROM pg_stat_statements WHERE ${ours})::float8 AS statements,
            (SELECT xact_commit FROM pg_stat_database WHERE datname = current_database())::float8 AS commits,
            (pg_current_wal_insert_lsn() - '0/0')::float8 AS wal`.pipe(
          Effect.map((rows) => rows[0]!),
          Effect.orDie
        )
        return Meter.of({
          costOf: Effect.fnUntraced(function*(work, operations) {
            yield* Effect.orDie(sql`SELECT pg_stat_statements_reset()`)
            const before = yield* counters
            const began = yield* processors
            const result = yield* work
            const ended = yield* processors
            // A session tells its statistics at the earliest a second after it last did.
            yield* Effect.sleep("1100 millis")
            const after = yield* counters
            const count = operations(result)
            const found = yield* queries
            const cost: Cost = {
              statements: (after.statements - before.statements) / count,
              commits: (after.commits - before.commits) / count,
              walBytes: (after.wal - before.wal) / count,
              ownMillis: (ended.own - began.own) / count,
              postgresMillis: ended.postgres === undefined || began.postgres === undefined
                ? undefined
                : (ended.postgres - began.postgres) / count,
              queries: found.map(({ calls, millis, text, walBytes }) => ({
                text,
                calls: calls / count,
                millis: millis / count,
                walBytes: walBytes / count
              }))
            }
            return { result, cost }
          }),
          untilNone: (count) =>
            sql.unsafe<{ count: bigint }>(count).pipe(
              Effect.repeat({ until: ([row]) => row!.count === 0n, schedule: Schedule.spaced("5 millis") }),
              Effect.asVoid,
              Effect.orDie
            )
        })
      })
    ).pipe(Layer.provide([Reactivity.layer, NodeServices.layer]), Layer.orDie)
}
