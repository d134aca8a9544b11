import { SetupResult } from "@innkeeper/oncall/api"
import { Console, Effect, Schema } from "effect"
import { Argument, Command, Flag } from "effect/cli"
import { makeAdminClient } from "../AdminClient.ts"
import { findConnection } from "../Connection.ts"
import { explain } from "../explain.ts"
import { Failure } from "../Failure.ts"
import { describeIssues } from "../Issues.ts"
import { dryRunFlag } from "../operator.ts"
import { readDocument } from "../readDocument.ts"
import { report } from "../report.ts"
import { root } from "./root.ts"

const encode = Schema.encodeSync(SetupResult)

export const apply = Command.make(
  "apply",
  {
    file: Argument.String("file").pipe(
      Argument.withDescription("A set-up document, YAML or JSON"),
      Argument.withMetavar("FILE")
    ),
    dryRun: dryRunFlag,
    json: Flag.Boolean("json").pipe(
      Flag.withDescription("Print the result as JSON, for programs"),
      Flag.withDefault(false)
    )
  },
  Effect.fnUntraced(function*({ dryRun, file, json }) {
    const { document, source } = yield* readDocument(file)
    const connection = yield* findConnection(yield* root)
    const client = yield* makeAdminClient(connection)
    const result = yield* client.setup.apply({ query: { dryRun: dryRun ? "true" : "false" }, payload: document }).pipe(
      Effect.mapError((error) =>
        error._tag === "Unprocessable"
          ? new Failure({ message: describeIssues(source, error.errors) })
          : explain(connection.url)(error)
      )
    )
    yield* Console.log(json ? JSON.stringify(encode(result), null, 2) : report(document, result))
  })
).pipe(
  Command.withDescription("Make a tenant as a document says. What it does not mention stays. Again changes nothing."),
  Command.withExamples([
    { command: "innkeeper apply demo/demo.yaml --dry-run", description: "See what a document would change" }
  ])
)
