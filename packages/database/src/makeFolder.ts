import { Effect, FileSystem, Path, type PlatformError } from "effect"

/**
 * Makes a folder and those above it where they are missing. One after the other: asked for all of them at once, Node.js never
 * answers where a file system has none made, such as `/proc`.
 */
export const makeFolder: (
  folder: string,
  options?: { readonly mode?: number }
) => Effect.Effect<void, PlatformError.PlatformError, FileSystem.FileSystem | Path.Path> = Effect.fnUntraced(
  function*(folder, options = {}) {
    const fs = yield* FileSystem.FileSystem
    const path = yield* Path.Path
    const parent = path.dirname(path.resolve(folder))
    if (!(yield* fs.exists(parent))) yield* makeFolder(parent, options)
    yield* Effect.catchIf(
      fs.makeDirectory(folder, options),
      ({ reason }) => reason._tag === "AlreadyExists",
      (error) => Effect.filterOrFail(fs.stat(folder), ({ type }) => type === "Directory", () => error)
    )
  }
)
