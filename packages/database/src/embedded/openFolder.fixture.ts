import { Effect, FileSystem } from "effect"

/** A folder for a test that PostgreSQL's own user can enter, even when the tests run as root. */
export const openFolder = Effect.gen(function*() {
  const fs = yield* FileSystem.FileSystem
  const folder = yield* fs.makeTempDirectoryScoped({ prefix: "innkeeper-test-" })
  yield* fs.chmod(folder, 0o755)
  return folder
})
