import { decodeTenantConfig, TenantConfig } from "@innkeeper/config"
import { Effect, Schema } from "effect"
import { Failure } from "./Failure.ts"
import { describeIssues } from "./Issues.ts"
import { readSourceFile } from "./readSourceFile.ts"
import type { Source } from "./Source.ts"

/** A file that states a valid configuration of a tenant. `source.file` is its path as it was found. */
export interface TenantFile {
  readonly source: Source
  /** As it is written. */
  readonly json: Schema.Json
  readonly config: TenantConfig
}

const decodeJson = Schema.decodeUnknownEffect(Schema.Json)

/** Reads a tenant's configuration, YAML or JSON; fails with everything in it that the schema does not allow. */
export const readTenantFile = Effect.fnUntraced(function*(file: string) {
  const source = yield* readSourceFile(file)
  const config = yield* Effect.mapError(decodeTenantConfig(source.value), ({ problems }) =>
    new Failure({
      message: describeIssues(source, problems.map(({ path, problem }) => ({ path, message: problem })))
    }))
  const json = yield* Effect.orDie(decodeJson(source.value))
  return { source, json, config } satisfies TenantFile
})
