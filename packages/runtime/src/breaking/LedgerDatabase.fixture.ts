import { NodeServices } from "@effect/platform-node"
import type { TenantId } from "@innkeeper/config"
import { appRole, appSqlLayer, EmbeddedPostgres, ownerRole, OwnerSql, runMigrations } from "@innkeeper/database"
import { makeTenant } from "@innkeeper/testkit"
import { Context, type Duration, Effect, FileSystem, Layer, Schedule } from "effect"
import { Reactivity } from "effect/reactivity"
import { spawnSync } from "node:child_process"
import { readFileSync, renameSync, statSync } from "node:fs"
import { dirname, join } from "node:path"
import { migrations } from "../Migrations.ts"
import { ledgerTables } from "./ledgerTables.fixture.ts"

/** A PostgreSQL of its own with the tables of the ledger and one tenant. What it commits it keeps, also when it crashes. */
export class LedgerDatabase extends Context.Service<LedgerDatabase, {
  readonly connection: { readonly host: string; readonly username: string; readonly database: string }
  readonly tenantId: TenantId
  /** Ends all sessions of a pod, as a firewall that forgets them does; gives their number. */
  readonly dropSessions: (pod: string) => Effect.Effect<number>
  /** Crashes the server, which cannot start for so long; ends when it answers again. */
  readonly crash: (away: Duration.Input) => Effect.Effect<void>
}>()("breaking/LedgerDatabase") {
  static readonly layer = Layer.effect(LedgerDatabase, Effect.suspend(() => make)).pipe(
    Layer.provideMerge(
      Layer.unwrap(
        Effect.map(
          EmbeddedPostgres,
          ({ database, socket }) => OwnerSql.layer({ host: socket, username: ownerRole, database })
        )
      )
    ),
    Layer.provideMerge(Layer.unwrap(Effect.gen(function*() {
      const fs = yield* FileSystem.FileSystem
      const dataFolder = yield* fs.makeTempDirectoryScoped({ prefix: "innkeeper-breaking-" })
      // PostgreSQL's own user has to enter it when the tests run as root.
      yield* fs.chmod(dataFolder, 0o755)
      return EmbeddedPostgres.layer({ dataFolder, settings: { fsync: "off", max_connections: "100" } })
    }))),
    Layer.provide([NodeServices.layer, Reactivity.layer]),
    Layer.orDie
  )
}

const make = Effect.gen(function*() {
  const { database, folder, socket } = yield* EmbeddedPostgres
  const sql = yield* OwnerSql
  yield* runMigrations([migrations, ledgerTables])
  const connection = { host: socket, username: appRole, database }
  const tenantId = yield* Effect.scoped(
    Effect.flatMap(
      Layer.build(Layer.provide(appSqlLayer({ ...connection, maxConnections: 2 }), Reactivity.layer)),
      (app) => Effect.provideContext(makeTenant("ledger"), app)
    )
  )

  const dropSessions = (pod: string) =>
    sql`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = ${pod}`.pipe(
      Effect.map((rows) => rows.length),
      Effect.orDie
    )

  const crash = Effect.fnUntraced(function*(away: Duration.Input) {
    const data = join(folder, "data")
    const control = join(data, "global/pg_control")
    // The command that started it; its first word is the program. What keeps the server running starts it again.
    const [program = ""] = readFileSync(join(data, "postmaster.opts"), "utf8").split(" ")
    const { gid, uid } = statSync(data)
    // Without this file it does not start.
    renameSync(control, `${control}.away`)
    const { status, stderr } = spawnSync(
      join(dirname(program), "pg_ctl"),
      ["stop", "-s", "-w", "-m", "immediate", "-D", data],
      { ...process.getuid?.() === 0 && { uid, gid }, cwd: "/", env: { LC_ALL: "C" }, encoding: "utf8" }
    )
    if (status !== 0) return yield* Effect.die(new Error(`PostgreSQL did not stop: ${stderr}`))
    yield* Effect.sleep(away)
    renameSync(`${control}.away`, control)
    yield* sql`SELECT 1`.pipe(Effect.retry({ schedule: Schedule.spaced("50 millis"), times: 600 }), Effect.orDie)
  })

  return LedgerDatabase.of({ connection, tenantId, dropSessions, crash })
})
