import { NodeServices } from "@effect/platform-node"
import { PgConnection } from "@effect/sql-pg"
import { Context, Effect, Exit, Layer, Option, Path, Schedule, Schema, Scope } from "effect"
import { serverAccount } from "./Account.ts"
import { findBinaries } from "./Binaries.ts"
import { openDatabaseFolder } from "./DataFolder.ts"
import { announcedSocket, initialise, ownerRole, type Postmaster, removeSocket, start, stop } from "./Postmaster.ts"
import { DataFolderInUse, EmbeddedPostgresUnavailable } from "./Problems.ts"

/** The login of the app in an embedded PostgreSQL. */
export const appRole = "innkeeper_app"

/**
 * PostgreSQL 18 as a part of this program: started with the layer, stopped with it, on a Unix socket without TCP.
 *
 * One program at a time runs on a data folder. A server that outlived its program, killed before it could stop it, is
 * taken over as it is.
 */
export class EmbeddedPostgres extends Context.Service<EmbeddedPostgres, {
  /** Folder of the Unix socket: the `host` to connect to, without a password. */
  readonly socket: string
  /** Folder of the files, as it is on disk. */
  readonly folder: string
  /** The database of Innkeeper. */
  readonly database: string
}>()("database/EmbeddedPostgres") {
  static readonly layer = (options: {
    /** `INNKEEPER_DATA`; made when it is missing. */
    readonly dataFolder: string
    readonly settings?: Readonly<Record<string, string>>
  }) => Layer.effect(EmbeddedPostgres, open(options)).pipe(Layer.provide(NodeServices.layer))
}

const database = "innkeeper"

const open = Effect.fn("EmbeddedPostgres.open")(function*(options: {
  readonly dataFolder: string
  readonly settings?: Readonly<Record<string, string>>
}) {
  const path = yield* Path.Path
  const dataFolder = path.resolve(options.dataFolder)
  const { account, path: folder } = yield* openDatabaseFolder(dataFolder, yield* serverAccount)
  const binaries = yield* findBinaries(account)
  const server: Postmaster = { binaries, folder, account, ...options.settings && { settings: options.settings } }
  yield* initialise(server)

  const { connection, socket } = yield* Effect.retry(takeOver(server), {
    schedule: Schedule.spaced("200 millis"),
    times: 10
  }).pipe(
    Effect.catchTags({
      Busy: () => Effect.fail(new DataFolderInUse({ folder: dataFolder })),
      NotReady: ({ output }) =>
        Effect.fail(
          new EmbeddedPostgresUnavailable({
            reason: `PostgreSQL did not start; its log is in ${folder}. It said: ${output}.`
          })
        )
    })
  )
  // Added after the lock, so it runs before the lock is given back: nobody takes over a server that is stopping.
  yield* Effect.addFinalizer(() => stop(server))
  yield* provision(connection)
  return EmbeddedPostgres.of({ socket, folder, database })
})

class Busy extends Schema.TaggedError<Busy>()("Busy", {}) {}
class NotReady extends Schema.TaggedError<NotReady>()("NotReady", { output: Schema.String }) {}

/** The lock of the data folder; it ends with the session that holds it, however the program ends. */
const folderLock = 4_600_311_870_233

/** Finds or starts the server, and takes the folder's lock. Starts nothing and stops nothing when somebody has it. */
const takeOver = Effect.fnUntraced(function*(server: Postmaster) {
  const running = yield* announcedSocket(server)
  if (Option.isSome(running)) {
    const orphan = yield* Effect.option(connect(running.value))
    if (Option.isSome(orphan)) return yield* lock(orphan.value, running.value)
  }
  const { code, output } = yield* start(server)
  const socket = yield* announcedSocket(server)
  if (code !== 0 || Option.isNone(socket)) return yield* new NotReady({ output })
  // What a server that was killed has left behind.
  if (Option.isSome(running)) yield* removeSocket(running.value)
  return yield* lock(yield* Effect.orDie(connect(socket.value)), socket.value)
})

/** A session of the owner and the scope that ends it: an attempt that fails ends it, otherwise it lives as we do. */
const connect = Effect.fnUntraced(function*(socket: string) {
  const scope = yield* Scope.fork(yield* Effect.scope)
  const connection = yield* PgConnection.make({ host: socket, username: ownerRole, database: "postgres" }).pipe(
    Scope.provide(scope),
    Effect.onError((cause) => Scope.close(scope, Exit.failCause(cause)))
  )
  return { connection, scope }
})

const lock = Effect.fnUntraced(function*(
  { connection, scope }: { readonly connection: PgConnection.PgConnection; readonly scope: Scope.Closeable },
  socket: string
) {
  const { rows } = yield* Effect.orDie(connection.query(`SELECT pg_try_advisory_lock(${folderLock}) AS taken`))
  if (rows[0]?.taken === true) return { connection, socket }
  yield* Scope.close(scope, Exit.void)
  return yield* new Busy()
})

const provision = Effect.fnUntraced(
  function*(connection: PgConnection.PgConnection) {
    const { rows } = yield* connection.query(
      `SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = '${appRole}') AS role,
              EXISTS (SELECT FROM pg_database WHERE datname = '${database}') AS database`
    )
    if (rows[0]?.role !== true) yield* connection.query(`CREATE ROLE ${appRole} LOGIN`)
    if (rows[0]?.database !== true) yield* connection.query(`CREATE DATABASE ${database}`)
  },
  Effect.orDie
)
