import { Result } from "effect"
import { LineCounter, parseDocument } from "yaml"
import { Failure } from "./Failure.ts"

/** A place in a document, as schemas and the server name it. */
export type SourcePath = ReadonlyArray<PropertyKey>

/** A YAML or JSON text that was read, with the lines its parts are on. JSON is YAML (YAML 1.2, 1.3). */
export interface Source {
  readonly file: string
  readonly value: unknown
  /** The line, from 1, of the part at the path, or of the nearest part around it that is there. */
  readonly lineOf: (path: SourcePath) => number
  readonly at: (path: SourcePath) => unknown
}

/** Fails with the first mistake in the writing. */
export const readSource = (file: string, text: string): Result.Result<Source, Failure> => {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  const [mistake] = document.errors
  if (mistake !== undefined) {
    const { line } = lines.linePos(mistake.pos[0])
    return Result.fail(
      new Failure({
        message: mistake.code === "MULTIPLE_DOCS"
          ? `${file}:${line}: expected one document, found another behind ---`
          : `${file}:${line}: expected YAML or JSON: ${mistake.message}`
      })
    )
  }
  const nodeAt = (path: SourcePath): unknown => path.length === 0 ? document.contents : document.getIn(path, true)
  const lineOf = (path: SourcePath): number => {
    const node = nodeAt(path)
    return hasRange(node)
      ? lines.linePos(node.range[0]).line
      : path.length === 0
      ? 1
      : lineOf(path.slice(0, -1))
  }
  return Result.try({
    try: () => ({ file, value: document.toJS(), lineOf, at: (path: SourcePath) => document.getIn(path) }),
    // Aliases that unfold to more than a document can be.
    catch: (cause) => new Failure({ message: `${file}:1: expected YAML or JSON: ${String(cause)}` })
  })
}

const hasRange = (node: unknown): node is { readonly range: readonly [number, number, number] } =>
  typeof node === "object" && node !== null && "range" in node && Array.isArray(node.range)
