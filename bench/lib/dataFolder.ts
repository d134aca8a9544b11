import { Effect, FileSystem, Option, Path } from "effect"

/** A new data folder, removed with the scope, the database too where it is elsewhere and `postgres` links to it. */
export const temporaryDataFolder = Effect.gen(function*() {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  return yield* Effect.acquireRelease(
    fs.makeTempDirectory({ prefix: "innkeeper-bench-" }),
    (folder) =>
      Effect.gen(function*() {
        const database = yield* Effect.option(fs.realPath(path.join(folder, "postgres")))
        yield* Effect.forEach(Option.toArray(database), (real) => fs.remove(real, { recursive: true }))
        yield* fs.remove(folder, { recursive: true })
      }).pipe(Effect.ignore)
  )
})
