import { SetupDocument } from "@innkeeper/oncall/api"
import { Effect, Schema, SchemaIssue } from "effect"
import { Failure } from "./Failure.ts"
import { describeIssues } from "./Issues.ts"
import { readSourceFile } from "./readSourceFile.ts"

const decode = Schema.decodeUnknownEffect(SetupDocument, { errors: "all", onExcessProperty: "error" })
const issuesOf = SchemaIssue.makeFormatterStandardSchemaV1()

/** Reads a set-up document; fails with everything in it that the schema does not allow. */
export const readDocument = Effect.fnUntraced(function*(file: string) {
  const source = yield* readSourceFile(file)
  const document = yield* decode(source.value).pipe(
    Effect.mapError(({ issue }) => {
      const issues = issuesOf(issue).issues.map(({ message, path = [] }) => ({
        message,
        path: path.map((part) => typeof part === "object" ? part.key : part)
      }))
      return new Failure({ message: describeIssues(source, issues) })
    })
  )
  return { document, source }
})
