import { decodeTenantConfig } from "@innkeeper/config"
import { Effect, FileSystem, Path, Result, Schema } from "effect"
import { Failure } from "./Failure.ts"
import { describeIssues } from "./Issues.ts"
import { readSource, type Source } from "./Source.ts"

/** A file that states a valid configuration of a tenant. `source.file` is its path as it was found. */
export interface TenantFile {
  readonly source: Source
  readonly config: Schema.Json
}

const decodeJson = Schema.decodeUnknownEffect(Schema.Json)

const readTenant = Effect.fnUntraced(function*(file: string) {
  const files = yield* FileSystem.FileSystem
  const text = yield* files.readFileString(file).pipe(
    Effect.mapError(({ reason }) =>
      new Failure({ message: `${file}: expected a file that can be read: ${reason.description ?? reason._tag}` })
    )
  )
  const source = yield* Effect.fromResult(readSource(file, text))
  yield* Effect.mapError(decodeTenantConfig(source.value), ({ problems }) =>
    new Failure({
      message: describeIssues(source, problems.map(({ path, problem }) => ({ path, message: problem })))
    }))
  const config = yield* Effect.orDie(decodeJson(source.value))
  return { source, config } satisfies TenantFile
})

/**
 * Reads the YAML and JSON files of a folder, in the order of their names. `complaints` are those of the files that are
 * wrong, a line for each thing; the other files are read nevertheless.
 */
export const readTenantFolder = Effect.fnUntraced(function*(folder: string) {
  const files = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const names = yield* Effect.mapError(files.readDirectory(folder), ({ reason }) =>
    new Failure({
      message: reason._tag === "NotFound"
        ? `${folder}: expected a folder, found none`
        : `${folder}: expected a folder that can be read: ${reason.description ?? reason._tag}`
    }))
  const wanted = names.filter((name) => /^[^.].*\.(?:ya?ml|json)$/.test(name)).toSorted()
  if (wanted.length === 0) {
    return yield* new Failure({ message: `${folder}: expected files such as acme.yaml, found none` })
  }
  const read = yield* Effect.forEach(wanted, (name) => Effect.result(readTenant(path.join(folder, name))))
  return {
    tenants: read.flatMap((one) => Result.isSuccess(one) ? [one.success] : []),
    complaints: read.flatMap((one) => Result.isFailure(one) ? [one.failure.message] : [])
  }
})
