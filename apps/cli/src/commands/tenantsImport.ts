import { TenantImport, TenantImportResult } from "@innkeeper/platform/api"
import { Effect } from "effect"
import { Argument, Command, Flag } from "effect/cli"
import { makeAdminClient } from "../AdminClient.ts"
import { findConnection } from "../Connection.ts"
import { explain } from "../explain.ts"
import { Failure } from "../Failure.ts"
import { describeIssues, type Issue } from "../Issues.ts"
import { dryRunFlag, jsonFlag, printing } from "../operator.ts"
import type { TenantFile } from "../readTenantFile.ts"
import { readTenantFolder } from "../readTenantFolder.ts"
import { tenantReport } from "../tenantReport.ts"
import { root } from "./root.ts"

type Client = Effect.Success<ReturnType<typeof makeAdminClient>>

const print = printing(TenantImportResult)

/** What the server says of files, by the index of the file; `tenants`, the index and `config` come before the field. */
const issuesByFile = (errors: ReadonlyArray<Issue>) =>
  Map.groupBy(
    errors.map(({ message, path: [, index, , ...path] }) => ({ index: Number(index), issue: { message, path } })),
    ({ index }) => index
  )

/**
 * Sends the files; those that the server refuses beside the others are complained of and left out. Unless `partial`, what
 * is sent without them is a dry run.
 */
const send = Effect.fnUntraced(function*(
  client: Client,
  tenants: ReadonlyArray<TenantFile>,
  options: { readonly dryRun: boolean; readonly partial: boolean }
) {
  const post = (files: ReadonlyArray<TenantFile>, dryRun: boolean) =>
    client.tenants.import({
      query: { dryRun: dryRun ? "true" : "false" },
      payload: new TenantImport({ tenants: files.map(({ json, source: { file } }) => ({ file, config: json })) })
    })
  return yield* post(tenants, options.dryRun).pipe(
    Effect.map((result) => ({ result, complaints: [] as ReadonlyArray<string> })),
    Effect.catchTag("Unprocessable", ({ errors }) => {
      const refused = issuesByFile(errors)
      const rest = tenants.filter((_, index) => !refused.has(index))
      const complaints = [...refused].flatMap(([index, found]) => {
        const source = tenants[index]?.source
        return source === undefined ? [] : [describeIssues(source, found.map(({ issue }) => issue))]
      })
      return Effect.map(post(rest, options.dryRun || !options.partial), (result) => ({ result, complaints }))
    })
  )
})

export const tenantsImport = Command.make(
  "import",
  {
    folder: Argument.String("folder").pipe(
      Argument.withDescription("A folder of YAML or JSON files, one for each tenant"),
      Argument.withMetavar("FOLDER")
    ),
    dryRun: dryRunFlag,
    partial: Flag.Boolean("partial").pipe(
      Flag.withDescription("Import the files that are right even if others are wrong"),
      Flag.withDefault(false)
    ),
    json: jsonFlag
  },
  Effect.fnUntraced(function*({ dryRun, folder, json, partial }) {
    const read = yield* readTenantFolder(folder)
    const connection = yield* findConnection(yield* root)
    const client = yield* makeAdminClient(connection)
    const local = read.complaints.length > 0
    const { complaints, result } = yield* send(client, read.tenants, { dryRun: dryRun || (local && !partial), partial })
      .pipe(
        Effect.mapError((error) => explain(connection.url)(error)),
        Effect.mapError(({ message }) => new Failure({ message: [...read.complaints, message].join("\n") }))
      )
    yield* print(result, json, tenantReport)
    const wrong = [...read.complaints, ...complaints]
    if (wrong.length > 0) {
      const end = result.dryRun || result.changes.length === 0
        ? "Nothing was written."
        : "The other files were imported."
      return yield* new Failure({ message: [...wrong, end].join("\n") })
    }
  })
).pipe(
  Command.withDescription(
    "Enter tenants and their configurations, all or none. Again changes nothing; nothing is removed."
  ),
  Command.withExamples([
    { command: "innkeeper tenants import demo/tenants --dry-run", description: "See what a folder would change" }
  ])
)
