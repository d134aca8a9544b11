import { Effect, FileSystem, Option, Path } from "effect"
import { makeFolder } from "../makeFolder.ts"
import { isRoot } from "./Account.ts"
import { makeSharedFolder, sharedFolder } from "./Binaries.ts"
import { type Account, run } from "./Command.ts"
import { DataFolderDenied } from "./Problems.ts"

/** The folder of the database, and who owns it and so runs PostgreSQL. */
export interface DatabaseFolder {
  readonly path: string
  readonly account: Account | undefined
}

/**
 * Makes or finds the database's folder, `<dataFolder>/postgres`.
 *
 * Where `account` cannot enter the data folder, the database is in `/var/lib/innkeeper/` and `postgres` is a symbolic
 * link to it, so that removing the data folder still means a fresh start. No folder above ours changes its mode.
 */
export const openDatabaseFolder = Effect.fn("EmbeddedPostgres.folder")(
  function*(dataFolder: string, account: Account | undefined) {
    const fs = yield* FileSystem.FileSystem
    const path = yield* Path.Path
    yield* makeFolder(dataFolder)
    yield* fs.access(dataFolder, { writable: true })
    const folder = path.join(dataFolder, "postgres")

    const found = yield* Effect.option(fs.realPath(folder))
    if (Option.isSome(found)) return yield* existing(dataFolder, found.value)
    // A link to a database that is gone.
    yield* Effect.ignore(fs.remove(folder))

    if (account === undefined) {
      yield* fs.makeDirectory(folder, { mode: 0o700 })
      return { path: folder, account }
    }
    if (yield* canEnter(account, dataFolder)) {
      yield* fs.makeDirectory(folder, { mode: 0o700 })
      yield* fs.chown(folder, account.uid, account.gid)
      return { path: folder, account }
    }
    const elsewhere = yield* makeElsewhere(account)
    yield* fs.symlink(elsewhere, folder)
    return { path: elsewhere, account }
  },
  (effect, dataFolder) =>
    Effect.catchTag(effect, "PlatformError", () => Effect.fail(new DataFolderDenied({ folder: dataFolder })))
)

/** Who made the database goes on running it: PostgreSQL serves a folder of its own user only. */
const existing = Effect.fnUntraced(function*(dataFolder: string, folder: string) {
  const fs = yield* FileSystem.FileSystem
  const { gid, uid } = yield* fs.stat(folder)
  const owner = { uid: Option.getOrElse(uid, () => 0), gid: Option.getOrElse(gid, () => 0) }
  if (!isRoot) {
    if (owner.uid !== process.getuid?.()) return yield* new DataFolderDenied({ folder })
    return { path: folder, account: undefined }
  }
  if (yield* canEnter(owner, folder)) return { path: folder, account: owner }

  // The data folder was moved to where the owner cannot follow.
  const elsewhere = yield* makeElsewhere(owner)
  yield* fs.remove(elsewhere, { recursive: true })
  const { code } = yield* run(undefined, "mv", folder, elsewhere)
  if (code !== 0) return yield* new DataFolderDenied({ folder })
  const path = yield* Path.Path
  yield* fs.symlink(elsewhere, path.join(dataFolder, "postgres"))
  return { path: elsewhere, account: owner }
})

const canEnter = (account: Account, folder: string) =>
  Effect.map(run(account, "/bin/sh", "-c", `test -x "$1"`, "sh", folder), ({ code }) => code === 0)

const makeElsewhere = Effect.fnUntraced(function*(account: Account) {
  const fs = yield* FileSystem.FileSystem
  yield* makeSharedFolder
  const folder = yield* fs.makeTempDirectory({ directory: sharedFolder, prefix: "data-" })
  yield* fs.chown(folder, account.uid, account.gid)
  return folder
})
