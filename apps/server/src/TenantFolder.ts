import { decodeTenantConfig, type TenantsConfig } from "@innkeeper/config"
import { TenantConfigs, type UncheckedConfig } from "@innkeeper/platform"
import { Console, Effect, FileSystem, Path, Result, Schema } from "effect"
import { parseDocument } from "yaml"

/** Files of the folder of tenants are wrong; `problems` is everything that is, a sentence each. */
export class TenantFilesWrong extends Schema.TaggedError<TenantFilesWrong>()("TenantFilesWrong", {
  folder: Schema.String,
  problems: Schema.Array(Schema.String)
}) {
  override get message() {
    const lines = this.problems.map((problem) => `  ${problem}`)
    return `The tenants in ${this.folder} are not right, and none was entered:\n${lines.join("\n")}`
  }
}

const fieldOf = (path: ReadonlyArray<string | number>) => path.length === 0 ? "(document)" : path.join(".")

const parseText = (text: string): Result.Result<Schema.Json, string> => {
  const document = parseDocument(text, { prettyErrors: false })
  const [mistake] = document.errors
  if (mistake !== undefined) return Result.fail(`expected YAML or JSON: ${mistake.message}`)
  return Result.try({ try: (): Schema.Json => document.toJS(), catch: (cause) => `expected YAML or JSON: ${cause}` })
}

/** What the YAML and JSON files of a folder say, in the order of their names. Folders inside are left out. */
export const readTenantFolder = Effect.fnUntraced(function*(folder: string) {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const wrong = (...problems: ReadonlyArray<string>) => new TenantFilesWrong({ folder, problems })
  const names = yield* Effect.mapError(
    fs.readDirectory(folder),
    ({ reason }) => wrong(`expected a folder that can be read: ${reason._tag}`)
  )
  const files = names.filter((name) => /^[^.].*\.(?:ya?ml|json)$/.test(name)).toSorted()
  if (files.length === 0) return yield* wrong("expected files such as acme.yaml, found none")
  const read = yield* Effect.forEach(files, (file) =>
    fs.readFileString(path.join(folder, file)).pipe(
      Effect.mapError(({ reason }) => `expected a file that can be read: ${reason._tag}`),
      Effect.flatMap((text) => Effect.fromResult(parseText(text))),
      Effect.mapError((problem) => [`${file}: ${problem}`]),
      Effect.tap((config) =>
        Effect.mapError(
          decodeTenantConfig(config),
          ({ problems }) => problems.map(({ path, problem }) => `${file}: ${fieldOf(path)}: ${problem}`)
        )
      ),
      Effect.map((config): UncheckedConfig => ({ file, config })),
      Effect.result
    ))
  const problems = read.flatMap((result) => Result.isFailure(result) ? result.failure : [])
  if (problems.length > 0) return yield* wrong(...problems)
  return read.flatMap((result) => Result.isSuccess(result) ? [result.success] : [])
})

/** With `yaml` as the source, enters the tenants of the folder in the registry: all, or if one is wrong none. */
export const enterTenantFolder = Effect.fnUntraced(function*({ folder, source }: TenantsConfig) {
  if (source !== "yaml") return
  const tenants = yield* readTenantFolder(folder)
  const configs = yield* TenantConfigs
  const changes = yield* configs.enter({ tenants, dryRun: false, source }).pipe(
    Effect.catchTags({
      Conflict: Effect.die,
      Unprocessable: ({ errors }) =>
        new TenantFilesWrong({
          folder,
          problems: errors.map(({ message, path: [, index, , ...field] }) =>
            `${tenants[Number(index)]?.file}: ${fieldOf(field)}: ${message}`
          )
        })
    })
  )
  const count = (action: string) => changes.filter((change) => change.action === action).length
  yield* Console.log(
    `Tenants of ${folder}: ${count("create")} created, ${count("update")} changed, ${count("unchanged")} unchanged.`
  )
})
