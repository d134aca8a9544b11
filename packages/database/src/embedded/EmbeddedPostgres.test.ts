import { NodeServices } from "@effect/platform-node"
import { PgConnection } from "@effect/sql-pg"
import { assert, describe, layer } from "@effect/vitest"
import { Effect, FileSystem, Layer, Logger, Option, Path, Queue, Schedule, Stream } from "effect"
import { spawn } from "node:child_process"
import { isRoot } from "./Account.ts"
import { EmbeddedPostgres } from "./EmbeddedPostgres.ts"
import { isZombie } from "./isZombie.ts"
import { openFolder } from "./openFolder.fixture.ts"
import { ownerRole } from "./Postmaster.ts"
import { folderLock } from "./TakeOver.ts"

/** Starts it in the current scope. */
const start = Effect.fnUntraced(function*(dataFolder: string) {
  const context = yield* Layer.build(Layer.fresh(EmbeddedPostgres.layer({ dataFolder, settings: { fsync: "off" } })))
  return yield* Effect.provideContext(EmbeddedPostgres, context)
})

const query = (socket: string, text: string) =>
  Effect.scoped(Effect.gen(function*() {
    const connection = yield* PgConnection.make({ host: socket, username: ownerRole, database: "innkeeper" })
    return (yield* connection.query(text)).rows
  }))

/** What a server that was killed has kept, as soon as it answers. */
const untilAnswered = (socket: string) =>
  Effect.retry(query(socket, "SELECT one FROM kept"), { schedule: Schedule.spaced("50 millis"), times: 600 })

const untilHeld = (socket: string) =>
  Effect.repeat(query(socket, "SELECT 1 FROM pg_locks WHERE locktype = 'advisory'"), {
    until: ({ length }) => length > 0
  })

const postmaster = Effect.fnUntraced(function*(folder: string) {
  const fs = yield* FileSystem.FileSystem
  return (yield* fs.readFileString(`${folder}/data/postmaster.pid`)).split("\n")[0]
})

/** Another process that runs on the folder, killed at the latest with the scope; answers its socket. */
const holder = Effect.fnUntraced(function*(dataFolder: string) {
  const path = yield* Path.Path
  const script = yield* path.fromFileUrl(new URL("./holdFolder.fixture.ts", import.meta.url))
  const child = yield* Effect.acquireRelease(
    Effect.sync(() => spawn(process.execPath, [script, dataFolder], { stdio: ["ignore", "pipe", "inherit"] })),
    (child) => Effect.sync(() => child.kill("SIGKILL"))
  )
  const socket = yield* Effect.callback<string>((resume) => {
    child.stdout.once("data", (line: Buffer) => resume(Effect.succeed(line.toString().trim())))
  })
  const kill = Effect.callback<void>((resume) => {
    child.once("exit", () => resume(Effect.void))
    child.kill("SIGKILL")
  })
  return { socket, kill }
})

/** The number of a process that has ended and that nobody reaps while the scope is open. It ran as the account says. */
const unreaped = Effect.fnUntraced(function*(account: { readonly uid?: number; readonly gid?: number }) {
  // A shell that becomes a program which knows nothing of the shell's child, and that says so by its answer.
  const shell = yield* Effect.acquireRelease(
    Effect.sync(() =>
      spawn("sh", ["-c", "sleep 600 & echo $!; exec cat"], { stdio: ["pipe", "pipe", "inherit"], ...account })
    ),
    (shell) => Effect.sync(() => shell.kill("SIGKILL"))
  )
  shell.stdin.write("answer\n")
  const pid = yield* Effect.callback<number>((resume) => {
    let said = ""
    shell.stdout.on("data", (text: Buffer) => {
      said += text.toString()
      if (said.endsWith("answer\n")) resume(Effect.succeed(Number.parseInt(said)))
    })
  })
  process.kill(pid, "SIGKILL")
  yield* Effect.repeat(Effect.sync(() => isZombie(pid)), { until: (ended) => ended })
  return pid
})

layer(NodeServices.layer, { excludeTestServices: true })("EmbeddedPostgres", (it) => {
  it.effect("keeps the data from one start to the next, and leaves nothing running", () =>
    Effect.gen(function*() {
      const fs = yield* FileSystem.FileSystem
      const folder = yield* openFolder
      const socket = yield* Effect.scoped(Effect.gen(function*() {
        const { socket } = yield* start(folder)
        yield* query(socket, "CREATE TABLE kept AS SELECT 1 AS one")
        return socket
      }))
      assert.isFalse(yield* fs.exists(`${folder}/postgres/data/postmaster.pid`))
      assert.isFalse(yield* fs.exists(socket))
      const again = yield* start(folder)
      assert.deepStrictEqual(yield* query(again.socket, "SELECT one FROM kept"), [{ one: 1 }])
    }))

  it.effect("listens on a socket that others cannot reach, and on no port", () =>
    Effect.gen(function*() {
      const fs = yield* FileSystem.FileSystem
      const { socket } = yield* start(yield* openFolder)
      assert.strictEqual((yield* fs.stat(socket)).mode & 0o777, 0o700)
      assert.deepStrictEqual(yield* query(socket, "SHOW listen_addresses"), [{ listen_addresses: "" }])
      assert.isBelow(Buffer.byteLength(`${socket}/.s.PGSQL.5432`), 100)
    }))

  it.effect("refuses a second start on the same folder and leaves the first one alone", () =>
    Effect.gen(function*() {
      const folder = yield* openFolder
      const { socket } = yield* start(folder)
      const error = yield* Effect.flip(Effect.scoped(start(folder)))
      assert.strictEqual(error._tag, "DataFolderInUse")
      assert.include(error.message, folder)
      assert.deepStrictEqual(yield* query(socket, "SELECT 1 AS one"), [{ one: 1 }])
    }))

  it.effect("takes over the server of a program that was killed", () =>
    Effect.gen(function*() {
      const fs = yield* FileSystem.FileSystem
      const folder = yield* openFolder
      const other = yield* holder(folder)
      yield* query(other.socket, "CREATE TABLE kept AS SELECT 1 AS one")
      const before = yield* postmaster(`${folder}/postgres`)
      yield* other.kill
      yield* Effect.scoped(Effect.gen(function*() {
        const { socket } = yield* start(folder)
        assert.strictEqual(yield* postmaster(`${folder}/postgres`), before)
        assert.deepStrictEqual(yield* query(socket, "SELECT one FROM kept"), [{ one: 1 }])
      }))
      assert.isFalse(yield* fs.exists(`${folder}/postgres/data/postmaster.pid`))
    }))

  it.effect("starts after program and server were both killed", () =>
    Effect.gen(function*() {
      const folder = yield* openFolder
      const other = yield* holder(folder)
      yield* query(other.socket, "CREATE TABLE kept AS SELECT 1 AS one")
      const pid = Number(yield* postmaster(`${folder}/postgres`))
      yield* other.kill
      yield* Effect.sync(() => process.kill(pid, "SIGKILL"))
      const { socket } = yield* start(folder)
      assert.deepStrictEqual(yield* query(socket, "SELECT one FROM kept"), [{ one: 1 }])
      const fs = yield* FileSystem.FileSystem
      assert.strictEqual(yield* fs.exists(other.socket), socket === other.socket)
    }))

  it.effect("starts a server again that ended, where it was, and still holds the folder", () =>
    Effect.gen(function*() {
      const fs = yield* FileSystem.FileSystem
      const folder = yield* openFolder
      const { socket } = yield* start(folder)
      yield* query(socket, "CREATE TABLE kept AS SELECT 1 AS one")
      process.kill(Number(yield* postmaster(`${folder}/postgres`)), "SIGKILL")
      yield* fs.remove(socket, { recursive: true })
      assert.deepStrictEqual(yield* untilAnswered(socket), [{ one: 1 }])
      assert.strictEqual((yield* fs.stat(socket)).mode & 0o777, 0o700)
      yield* untilHeld(socket)
      assert.strictEqual((yield* Effect.flip(Effect.scoped(start(folder))))._tag, "DataFolderInUse")
    }))

  it.effect.skipIf(process.platform !== "linux")(
    "starts beside one that ended and that nobody reaps, as in a container",
    () =>
      Effect.gen(function*() {
        const fs = yield* FileSystem.FileSystem
        const folder = yield* openFolder
        const left = yield* Effect.scoped(Effect.gen(function*() {
          yield* start(folder)
          return yield* fs.readFileString(`${folder}/postgres/data/postmaster.pid`)
        }))
        const { gid, uid } = yield* fs.stat(`${folder}/postgres/data`)
        const pid = yield* unreaped(isRoot ? { uid: Option.getOrThrow(uid), gid: Option.getOrThrow(gid) } : {})
        yield* fs.writeFileString(`${folder}/postgres/data/postmaster.pid`, left.replace(/^\d+/, String(pid)))
        const { socket } = yield* start(folder)
        assert.deepStrictEqual(yield* query(socket, "SELECT 1 AS one"), [{ one: 1 }])
      })
  )

  it.effect("holds the folder again when the server crashed and came back by itself", () =>
    Effect.gen(function*() {
      const folder = yield* openFolder
      const { socket } = yield* start(folder)
      yield* query(socket, "CREATE TABLE kept AS SELECT 1 AS one")
      const before = yield* postmaster(`${folder}/postgres`)
      const [session] = yield* query(socket, "SELECT pid FROM pg_stat_activity WHERE backend_type = 'checkpointer'")
      process.kill(Number(session!["pid"]), "SIGKILL")
      assert.deepStrictEqual(yield* untilAnswered(socket), [{ one: 1 }])
      yield* untilHeld(socket)
      assert.strictEqual((yield* Effect.flip(Effect.scoped(start(folder))))._tag, "DataFolderInUse")
      assert.strictEqual(yield* postmaster(`${folder}/postgres`), before)
    }))

  it.effect("says why the server does not start, and starts it when that is mended", () =>
    Effect.gen(function*() {
      const fs = yield* FileSystem.FileSystem
      const folder = yield* openFolder
      const said = yield* Queue.unbounded<string>()
      const hears = Logger.make(({ message }) => void Queue.offerUnsafe(said, JSON.stringify(message)))
      const { socket } = yield* Effect.provideService(start(folder), Logger.CurrentLoggers, new Set([hears]))
      yield* query(socket, "CREATE TABLE kept AS SELECT 1 AS one")
      const log = `${folder}/postgres/data/pg_wal`
      yield* fs.rename(log, `${log}-away`)
      process.kill(Number(yield* postmaster(`${folder}/postgres`)), "SIGKILL")
      const why = Stream.fromQueue(said).pipe(
        Stream.filter((text) => text.includes("is tried again") && text.includes("pg_wal")),
        Stream.runHead
      )
      assert.isTrue(Option.isSome(yield* why))
      yield* fs.rename(`${log}-away`, log)
      assert.deepStrictEqual(yield* untilAnswered(socket), [{ one: 1 }])
    }))

  it.effect("tells when another program took the folder while the server was not there", () =>
    Effect.gen(function*() {
      const folder = yield* openFolder
      const { lost, socket } = yield* start(folder)
      const [session] = yield* query(
        socket,
        "SELECT pid FROM pg_stat_activity WHERE query LIKE 'LISTEN%innkeeper_folder%' AND pid <> pg_backend_pid()"
      )
      const other = yield* PgConnection.make({ host: socket, username: ownerRole, database: "postgres" })
      yield* other.query(`SELECT pg_advisory_lock(${folderLock})`).pipe(Effect.forkScoped)
      yield* Effect.repeat(query(socket, "SELECT 1 FROM pg_locks WHERE NOT granted"), {
        until: ({ length }) => length > 0
      })
      process.kill(Number(session!["pid"]), "SIGTERM")
      assert.strictEqual((yield* Effect.flip(lost))._tag, "DataFolderInUse")
    }))

  it.effect("says what to do about a folder that cannot be made", () =>
    Effect.gen(function*() {
      const fs = yield* FileSystem.FileSystem
      const folder = yield* openFolder
      yield* fs.writeFileString(`${folder}/file`, "")
      const error = yield* Effect.flip(Effect.scoped(start(`${folder}/file/data`)))
      assert.strictEqual(error._tag, "DataFolderDenied")
      assert.include(error.message, "INNKEEPER_DATA")
    }))

  it.effect("says so when the files are of another PostgreSQL", () =>
    Effect.gen(function*() {
      const fs = yield* FileSystem.FileSystem
      const folder = yield* openFolder
      yield* fs.makeDirectory(`${folder}/postgres/data`, { recursive: true })
      yield* fs.writeFileString(`${folder}/postgres/data/PG_VERSION`, "17\n")
      const error = yield* Effect.flip(Effect.scoped(start(folder)))
      assert.match(error.message, /PostgreSQL 17/)
    }))
})

describe.runIf(isRoot)("as root", () => {
  layer(NodeServices.layer, { excludeTestServices: true })((it) => {
    it.effect("puts the data where PostgreSQL's user can go, and a link to it, when the folder is for root alone", () =>
      Effect.gen(function*() {
        const fs = yield* FileSystem.FileSystem
        const parent = yield* fs.makeTempDirectoryScoped({ prefix: "innkeeper-test-" })
        const folder = `${parent}/.innkeeper`
        const first = yield* Effect.scoped(start(folder))
        yield* Effect.addFinalizer(() => Effect.orDie(fs.remove(first.folder, { recursive: true })))
        assert.strictEqual((yield* fs.stat(parent)).mode & 0o777, 0o700)
        assert.strictEqual(yield* fs.readLink(`${folder}/postgres`), first.folder)
        const second = yield* start(folder)
        assert.strictEqual(second.folder, first.folder)
        assert.deepStrictEqual(yield* query(second.socket, "SELECT 1 AS one"), [{ one: 1 }])
      }))

    it.effect("starts afresh when the data folder was removed", () =>
      Effect.gen(function*() {
        const fs = yield* FileSystem.FileSystem
        const parent = yield* fs.makeTempDirectoryScoped({ prefix: "innkeeper-test-" })
        const folder = `${parent}/.innkeeper`
        const first = yield* Effect.scoped(start(folder))
        yield* fs.remove(folder, { recursive: true })
        const second = yield* Effect.scoped(start(folder))
        assert.notStrictEqual(second.folder, first.folder)
        yield* fs.remove(first.folder, { recursive: true })
        yield* fs.remove(second.folder, { recursive: true })
      }))

    it.effect("follows a data folder that was moved to where PostgreSQL's user cannot go", () =>
      Effect.gen(function*() {
        const fs = yield* FileSystem.FileSystem
        const open = yield* openFolder
        const closed = yield* fs.makeTempDirectoryScoped({ prefix: "innkeeper-test-" })
        yield* Effect.scoped(
          Effect.flatMap(start(open), ({ socket }) => query(socket, "CREATE TABLE kept AS SELECT 1 AS one"))
        )
        yield* fs.rename(`${open}/postgres`, `${closed}/postgres`)
        const moved = yield* start(closed)
        yield* Effect.addFinalizer(() => Effect.orDie(fs.remove(moved.folder, { recursive: true })))
        assert.deepStrictEqual(yield* query(moved.socket, "SELECT one FROM kept"), [{ one: 1 }])
      }))
  })
})
