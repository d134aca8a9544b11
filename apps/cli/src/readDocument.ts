import { SetupDocument } from "@innkeeper/oncall/api"
import { Effect, FileSystem, Schema, SchemaIssue } from "effect"
import { Failure } from "./Failure.ts"
import { describeIssues } from "./Issues.ts"
import { readSource } from "./Source.ts"

const decode = Schema.decodeUnknownEffect(SetupDocument, { errors: "all", onExcessProperty: "error" })
const issuesOf = SchemaIssue.makeFormatterStandardSchemaV1()

/** Reads a set-up document; fails with everything in it that the schema does not allow. */
export const readDocument = Effect.fnUntraced(function*(file: string) {
  const files = yield* FileSystem.FileSystem
  const text = yield* files.readFileString(file).pipe(
    Effect.mapError(({ reason }) =>
      new Failure({
        message: reason._tag === "NotFound"
          ? `${file}: expected a file, found none`
          : reason._tag === "BadResource"
          ? `${file}: expected a file, found a folder`
          : `${file}: expected a file that can be read: ${reason.description ?? reason._tag}`
      })
    )
  )
  const source = yield* Effect.fromResult(readSource(file, text))
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
