import { type Source, type SourcePath } from "./Source.ts"

/** Something that is wrong in a document: where, and what was expected there. */
export interface Issue {
  readonly path: SourcePath
  readonly message: string
}

/** `users[1].role`; the whole document is `(document)`. */
export const pathOf = (path: SourcePath): string =>
  path.length === 0
    ? "(document)"
    : path.map((part, index) => typeof part === "number" ? `[${part}]` : `${index === 0 ? "" : "."}${String(part)}`)
      .join("")

/** Schemas and services say the same things in several ways. */
const expectation = (message: string, actual: unknown): string => {
  if (message === "Missing key") return "expected a value, got none"
  if (message === "Expected no excess property") return "expected no such field"
  // A sentence of its own, such as of an address that is taken or a quota that is used up.
  if (/^(?!Expected)\p{Lu}\p{Ll}* \p{L}/u.test(message)) return message
  const expected = /^expected /i.test(message) ? `e${message.slice(1)}` : `expected ${message}`
  const shown = actual === null || ["string", "number", "boolean"].includes(typeof actual)
  return shown && !expected.includes(", got ") ? `${expected}, got ${JSON.stringify(actual)}` : expected
}

/** One line for each issue: file, line, path and what was expected. */
export const describeIssues = (source: Source, issues: ReadonlyArray<Issue>): string => {
  const lines = issues.map(({ message, path }) =>
    `${source.file}:${source.lineOf(path)}: ${pathOf(path)}: ${expectation(message, source.at(path))}`
  )
  return [...new Set(lines)].join("\n")
}
