import { Effect, FileSystem, Path, Result } from "effect"
import { Failure } from "./Failure.ts"
import { readTenantFile } from "./readTenantFile.ts"

/** Why a folder could not be listed, by what the file system says. */
const notListed: Readonly<Record<string, string>> = {
  NotFound: "expected a folder, found none",
  BadResource: "expected a folder, found a file",
  PermissionDenied: "expected a folder that this user may read"
}

/**
 * Reads the YAML and JSON files of a folder, in the order of their names. `complaints` are those of the files that are
 * wrong, a line for each thing; the other files are read nevertheless.
 */
export const readTenantFolder = Effect.fnUntraced(function*(folder: string) {
  const files = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const names = yield* Effect.mapError(
    files.readDirectory(folder),
    ({ reason }) =>
      new Failure({
        message: `${folder}: ${notListed[reason._tag] ?? `expected a folder that can be read: ${reason.message}`}`
      })
  )
  const wanted = names.filter((name) => /^[^.].*\.(?:ya?ml|json)$/.test(name)).toSorted()
  if (wanted.length === 0) {
    return yield* new Failure({ message: `${folder}: expected files such as acme.yaml, found none` })
  }
  const read = yield* Effect.forEach(wanted, (name) => Effect.result(readTenantFile(path.join(folder, name))))
  return {
    tenants: read.flatMap((one) => Result.isSuccess(one) ? [one.success] : []),
    complaints: read.flatMap((one) => Result.isFailure(one) ? [one.failure.message] : [])
  }
})
