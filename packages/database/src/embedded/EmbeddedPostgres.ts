import { NodeServices } from "@effect/platform-node"
import { PgConnection } from "@effect/sql-pg"
import { Context, Effect, Fiber, Layer, Option, Path, Schedule, Scope } from "effect"
import { serverAccount } from "./Account.ts"
import { findBinaries } from "./Binaries.ts"
import { openDatabaseFolder } from "./DataFolder.ts"
import { keepRunning } from "./keepRunning.ts"
import { lastWords } from "./lastWords.ts"
import {
  announcedSocket,
  initialise,
  isRunning,
  makeSocketFolder,
  ownerRole,
  type Postmaster,
  removeSocket,
  stop
} from "./Postmaster.ts"
import { DataFolderInUse, EmbeddedPostgresUnavailable } from "./Problems.ts"
import { type Busy, type NotReady, type Starting, takeOver } from "./TakeOver.ts"

/** The login of the app in an embedded PostgreSQL. */
export const appRole = "innkeeper_app"

/**
 * PostgreSQL 18 as a part of this program: started with the layer, stopped with it, on a Unix socket without TCP.
 *
 * One program at a time runs on a data folder. A server that outlived its program, killed before it could stop it, is
 * taken over as it is. One that ends before its program is started again.
 */
export class EmbeddedPostgres extends Context.Service<EmbeddedPostgres, {
  /** Folder of the Unix socket: the `host` to connect to, without a password. */
  readonly socket: string
  /** Folder of the files, as it is on disk. */
  readonly folder: string
  /** The database of Innkeeper. */
  readonly database: string
  /** Fails when the folder was lost to another program, in the moment in which the server was not there. */
  readonly lost: Effect.Effect<never, DataFolderInUse>
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

  const left = yield* announcedSocket(server)
  const runs = yield* isRunning(server)
  const own = runs && Option.isSome(left) ? left.value : yield* makeSocketFolder(account)
  // Ended after the server is stopped, so that nobody takes over one that is stopping.
  const sessions = yield* Scope.fork(yield* Effect.scope)
  const held = yield* takeOver(server, own, sessions).pipe(
    Effect.retry({ schedule: pause, times: 300, while: ({ _tag }) => _tag === "Starting" }),
    Effect.retry({ schedule: pause, times: 10, while: ({ _tag }) => _tag !== "Starting" }),
    Effect.catch((problem) => Effect.flatMap(explain(problem, server, dataFolder), Effect.fail)),
    Effect.onError(() => runs ? Effect.void : removeSocket(own))
  )
  const { socket } = held
  // What a server that was killed has left behind, or was made for nothing.
  if (Option.isSome(left) && left.value !== socket) yield* removeSocket(left.value)
  if (own !== socket) yield* removeSocket(own)
  yield* Effect.addFinalizer(() => Effect.andThen(stop(server), removeSocket(socket)))
  yield* provision(socket)
  const keeper = yield* Effect.forkScoped(keepRunning({ server, socket, sessions, held, dataFolder }))
  return EmbeddedPostgres.of({ socket, folder, database, lost: Fiber.join(keeper) })
})

/** Between two looks at a server that starts, or that somebody else is stopping. */
const pause = Schedule.spaced("200 millis")

const explain = Effect.fnUntraced(
  function*(problem: Busy | Starting | NotReady, server: Postmaster, dataFolder: string) {
    if (problem._tag === "Busy") return new DataFolderInUse({ folder: dataFolder })
    const why = problem._tag === "Starting"
      ? "it runs and does not answer"
      : (yield* lastWords(server)) ?? problem.output
    return new EmbeddedPostgresUnavailable({
      reason: `PostgreSQL did not start: ${why}; its log is in ${server.folder}.`
    })
  }
)

const provision = Effect.fnUntraced(
  function*(socket: string) {
    const connection = yield* PgConnection.make({ host: socket, username: ownerRole, database: "postgres" })
    const { rows } = yield* connection.query(
      `SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = '${appRole}') AS role,
              EXISTS (SELECT FROM pg_database WHERE datname = '${database}') AS database`
    )
    if (rows[0]?.role !== true) yield* connection.query(`CREATE ROLE ${appRole} LOGIN`)
    if (rows[0]?.database !== true) yield* connection.query(`CREATE DATABASE ${database}`)
  },
  Effect.scoped,
  Effect.orDie
)
