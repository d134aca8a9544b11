import { NodeServices } from "@effect/platform-node"
import { PgConnection } from "@effect/sql-pg"
import { EmbeddedPostgres, ownerRole } from "@innkeeper/database"
import { Context, Effect, Layer, Schema } from "effect"
import { temporaryDataFolder } from "../lib/dataFolder.ts"

/** Where a side finds its database. */
export class DatabaseAddress extends Schema.Class<DatabaseAddress>("bench/DatabaseAddress")({
  /** Folder of the Unix socket. */
  host: Schema.String,
  database: Schema.String
}) {}

/**
 * The PostgreSQL that all sides of a run share, on a new folder and with the product's settings. Counting statements is
 * added to them, which all sides pay for alike.
 */
export class BenchPostgres extends Context.Service<BenchPostgres, {
  readonly version: string
  /** An empty database for one side. */
  readonly database: (name: string) => Effect.Effect<DatabaseAddress>
}>()("bench/BenchPostgres") {
  static readonly layer = Layer.unwrap(
    Effect.map(temporaryDataFolder, (dataFolder) =>
      Layer.effect(BenchPostgres, open).pipe(
        Layer.provide(
          EmbeddedPostgres.layer({ dataFolder, settings: { shared_preload_libraries: "pg_stat_statements" } })
        )
      ))
  ).pipe(Layer.provide(NodeServices.layer))
}

/**
 * Segments of the write-ahead log (16 MiB each) that are there before a side begins. A database in use has them, and writes
 * over old ones; a new one stops all commits for some 50 ms whenever it has to make one.
 */
const segments = 16
const growLog =
  "SELECT pg_switch_wal()::text FROM (SELECT pg_logical_emit_message(true, 'bench', 'next')::text) AS written"

const open = Effect.gen(function*() {
  const { socket } = yield* EmbeddedPostgres
  const run = (database: string, ...statements: ReadonlyArray<string>) =>
    Effect.scoped(Effect.gen(function*() {
      const connection = yield* PgConnection.make({ host: socket, username: ownerRole, database })
      return yield* Effect.forEach(statements, (statement) => connection.query(statement))
    })).pipe(Effect.orDie)
  const [answer] = yield* run("postgres", "SHOW server_version")
  return BenchPostgres.of({
    version: String(answer?.rows[0]?.server_version),
    database: Effect.fnUntraced(function*(name: string) {
      // Each side begins with a checkpoint behind it, so that none pays for the pages of another.
      yield* run("postgres", `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`, `CREATE DATABASE ${name}`)
      yield* run("postgres", ...Array.from({ length: segments }, () => growLog), "CHECKPOINT")
      yield* run(name, "CREATE EXTENSION pg_stat_statements")
      return new DatabaseAddress({ host: socket, database: name })
    })
  })
})
