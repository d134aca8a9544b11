import { TenantNotServed } from "@innkeeper/platform/api"
import { Cause, Option, Predicate, Schema, SchemaIssue } from "effect"

/** What every problem of the API carries (RFC 9457), and what some add. */
const Problem = Schema.Struct({
  type: Schema.String,
  status: Schema.Int,
  title: Schema.optionalKey(Schema.String),
  detail: Schema.optionalKey(Schema.String),
  field: Schema.optionalKey(Schema.String),
  retryAfter: Schema.optionalKey(Schema.Int),
  errors: Schema.optionalKey(Schema.Array(Schema.Struct({
    path: Schema.Array(Schema.Union([Schema.String, Schema.Finite])),
    message: Schema.String
  })))
})

const readProblem = Schema.decodeUnknownOption(Problem)

const isHttpClientError = Predicate.isTagged("HttpClientError")

/** One sentence about an error, with what to do next. */
export const problemText = (error: unknown): string =>
  Option.match(readProblem(error), {
    onSome: (problem) => {
      if (problem.status === 401) return "You are signed out. Sign in again."
      if (problem.retryAfter !== undefined) return `Too many requests. Try again in ${problem.retryAfter} s.`
      return problem.detail ?? problem.errors?.[0]?.message ?? `${problem.title ?? "It did not work"}.`
    },
    onNone: () => {
      if (Schema.isSchemaError(error)) return "The server answered in a way this page does not know. Reload the page."
      if (Cause.isTimeoutError(error)) {
        return "The server has not answered. Try again; a change may have happened all the same."
      }
      if (isHttpClientError(error)) return "The server cannot be reached. Check the connection and try again."
      return "Something went wrong. Try again."
    }
  })

/** The status of a problem that the API answered with; null when no answer came. */
export const problemStatus = (error: unknown): number | null =>
  Option.getOrNull(Option.map(readProblem(error), ({ status }) => status))

/**
 * Whether the same may work in a while: no answer came, there were too many requests, the server is in trouble, or the
 * organisation is not served at present.
 */
export const isPassing = (error: unknown) => {
  if (error === null) return false
  const status = problemStatus(error)
  return status === null || status === 429 || status >= 500 || error instanceof TenantNotServed
}

const formatIssues = SchemaIssue.makeFormatterStandardSchemaV1()

/**
 * What is wrong with each field, keyed by its path in the payload, such as `email` or `steps.0.timeoutSeconds`.
 *
 * Takes problems of the API and errors of decoding a form by the same schema before it is sent.
 */
export const fieldErrors = (error: unknown): Readonly<Record<string, string>> => {
  if (Schema.isSchemaError(error)) {
    return Object.fromEntries(
      formatIssues(error.issue).issues.map((issue) => [
        (issue.path ?? []).map((segment) => String(typeof segment === "object" ? segment.key : segment)).join("."),
        issue.message
      ])
    )
  }
  return Option.match(readProblem(error), {
    onNone: () => ({}),
    onSome: (problem) => ({
      ...(problem.field === undefined ? {} : { [problem.field]: problem.detail ?? "This is taken." }),
      ...Object.fromEntries(
        (problem.errors ?? []).map(({ message, path }) => [
          path.filter((segment, index) => !(index === 0 && segment === "payload")).join("."),
          message
        ])
      )
    })
  })
}
