import { Effect, Exit, FileSystem, Option, Path } from "effect"
import { tmpdir } from "node:os"
import { type Account, run } from "./Command.ts"
import { readPidFile } from "./PidFile.ts"
import { EmbeddedPostgresUnavailable } from "./Problems.ts"
import { removeUnreaped } from "./removeUnreaped.ts"

/** One PostgreSQL on disk: its programs, its folder and the user that runs it. */
export interface Postmaster {
  /** Holds `bin/postgres`. */
  readonly binaries: string
  /** Holds `data/` and `log/`. */
  readonly folder: string
  readonly account: Account | undefined
  /** Server settings over the defaults here, such as `fsync: "off"` in tests. */
  readonly settings?: Readonly<Record<string, string>>
}

/** The superuser of an embedded PostgreSQL, who owns the database and migrates it. */
export const ownerRole = "innkeeper_owner"

const major = "18"

/** The server's settings; the manual's chapter 19 explains each. Errors are logged without the values of rows. */
const defaults = {
  shared_buffers: "128MB",
  max_connections: "60",
  timezone: "UTC",
  log_timezone: "UTC",
  log_error_verbosity: "terse",
  logging_collector: "on",
  log_directory: "../log",
  log_filename: "postgresql-%a.log",
  log_rotation_age: "1d",
  log_truncate_on_rotation: "on"
}

/**
 * Makes the database's files unless they are there. They are made beside and then renamed, so that a start that is
 * killed half-way, or two at once, leave no half a database.
 */
export const initialise = Effect.fn("EmbeddedPostgres.initialise")(function*(server: Postmaster) {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const data = path.join(server.folder, "data")
  const version = yield* Effect.option(fs.readFileString(path.join(data, "PG_VERSION")))
  if (Option.isSome(version)) {
    if (version.value.trim() === major) return
    return yield* new EmbeddedPostgresUnavailable({
      reason: `${data} was made by PostgreSQL ${version.value.trim()} and this is ${major}: move it away or upgrade it.`
    })
  }
  const beside = path.join(server.folder, `new-${process.pid}`)
  const { code, output } = yield* command(
    server,
    "initdb",
    [
      ["-D", beside, "-U", ownerRole, "--auth=trust", "--encoding=UTF8", "--no-instructions"],
      ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"],
      server.settings?.fsync === "off" ? ["--no-sync"] : []
    ].flat()
  )
  if (code !== 0) {
    return yield* new EmbeddedPostgresUnavailable({ reason: `PostgreSQL could not make its files: ${output}.` })
  }
  yield* Effect.ignore(fs.rename(beside, data))
})

/** The folder of the socket on which a server says it listens, from its `postmaster.pid`; it may have died since. */
export const announcedSocket = Effect.fnUntraced(function*(server: Postmaster) {
  const path = yield* Path.Path
  const said = yield* Effect.option(readPidFile(path.join(server.folder, "data")))
  return Option.flatMap(said, ({ socket }) => Option.fromUndefinedOr(socket || undefined))
})

/** Whether the server's process is there, whether it answers or not. */
export const isRunning = (server: Postmaster) => Effect.map(control(server, "status"), ({ code }) => code === 0)

/**
 * Starts the server and waits until it answers. It listens on a Unix socket alone, in a folder that only its user can
 * enter: that is what guards it, for it asks for no password.
 */
export const start = Effect.fn("EmbeddedPostgres.start")(function*(server: Postmaster, socket: string) {
  const path = yield* Path.Path
  yield* enterSocketFolder(socket, server.account)
  const settings = { ...defaults, ...server.settings, listen_addresses: "", unix_socket_directories: socket }
  const options = Object.entries(settings).map(([name, value]) => `-c ${name}='${value}'`).join(" ")
  const log = path.join(server.folder, "start.log")
  return yield* control(server, "start", "-w", "-t", "60", "-l", log, "-o", options)
})

/** Ends every session and stops the server, at most 30 seconds later. */
export const stop = Effect.fn("EmbeddedPostgres.stop")(function*(server: Postmaster) {
  yield* control(server, "stop", "-m", "fast", "-t", "30")
})

/** Removes the folder of a socket that nobody listens on any more. */
export const removeSocket = (folder: string) =>
  Effect.flatMap(FileSystem.FileSystem, (fs) => Effect.ignore(fs.remove(folder, { recursive: true })))

/** What `pg_ctl` does about the server; one that ended and was not reaped is none. */
const control = Effect.fnUntraced(function*(server: Postmaster, ...args: ReadonlyArray<string>) {
  const path = yield* Path.Path
  const data = path.join(server.folder, "data")
  yield* removeUnreaped(data)
  return yield* command(server, "pg_ctl", [...args, "-s", "-D", data])
})

const command = (server: Postmaster, program: "initdb" | "pg_ctl", args: ReadonlyArray<string>) =>
  Effect.flatMap(Path.Path, (path) => run(server.account, path.join(server.binaries, "bin", program), ...args))

/**
 * Makes a new folder for a socket. A socket's path may have some hundred bytes only (unix(7): 108, 104 on macOS), so it is
 * not in the data folder.
 */
export const makeSocketFolder = Effect.fnUntraced(function*(account: Account | undefined) {
  const fs = yield* FileSystem.FileSystem
  const base = Buffer.byteLength(tmpdir()) > 60 ? "/tmp" : tmpdir()
  const folder = yield* Effect.orDie(fs.makeTempDirectory({ directory: base, prefix: "innkeeper-" }))
  if (account !== undefined) yield* Effect.orDie(fs.chown(folder, account.uid, account.gid))
  return folder
})

/** Makes the folder of a socket again, should somebody have cleaned up, and refuses one that is not the server's own. */
const enterSocketFolder = Effect.fnUntraced(function*(folder: string, account: Account | undefined) {
  const fs = yield* FileSystem.FileSystem
  const made = yield* Effect.exit(fs.makeDirectory(folder, { mode: 0o700 }))
  if (Exit.isSuccess(made)) {
    if (account !== undefined) yield* Effect.orDie(fs.chown(folder, account.uid, account.gid))
    return
  }
  const { mode, type, uid } = yield* Effect.orDie(fs.stat(folder))
  const isOwn = type === "Directory" && (mode & 0o077) === 0 && Option.contains(uid, account?.uid ?? process.getuid?.())
  if (!isOwn) {
    return yield* Effect.die(new Error(`${folder}, the folder of PostgreSQL's socket, belongs to somebody else`))
  }
})
