import { NodeServices } from "@effect/platform-node"
import { assert, layer } from "@effect/vitest"
import { Effect, FileSystem } from "effect"
import { makeFolder } from "./makeFolder.ts"

layer(NodeServices.layer)("a folder", (it) => {
  it.effect("is made with those above it, and left as it is where it is there", () =>
    Effect.gen(function*() {
      const fs = yield* FileSystem.FileSystem
      const above = yield* fs.makeTempDirectoryScoped()
      const folder = `${above}/one/two`
      yield* makeFolder(folder, { mode: 0o700 })
      assert.strictEqual((yield* fs.stat(folder)).mode & 0o777, 0o700)
      yield* fs.writeFileString(`${folder}/kept`, "")
      yield* makeFolder(folder)
      yield* makeFolder(`${folder}/`)
      assert.deepStrictEqual(yield* fs.readDirectory(folder), ["kept"])
      yield* fs.symlink(folder, `${above}/link`)
      yield* makeFolder(`${above}/link`)
    }))

  it.effect("is refused where a file is, or where nothing can be made", () =>
    Effect.gen(function*() {
      const fs = yield* FileSystem.FileSystem
      const above = yield* fs.makeTempDirectoryScoped()
      yield* fs.writeFileString(`${above}/file`, "")
      for (const folder of [`${above}/file`, `${above}/file/one`, "/proc/innkeeper", "/proc/innkeeper/one"]) {
        assert.strictEqual((yield* Effect.flip(makeFolder(folder)))._tag, "PlatformError", folder)
      }
    }))
})
