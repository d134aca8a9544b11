import { Option, Schema } from "effect"

/** Where in a JSON document something cannot be kept, and what was expected. */
export interface JsonFault {
  readonly path: ReadonlyArray<string | number>
  readonly message: string
}

/** Deepest nesting of a document that is taken. */
const maximumDepth = 64

const textFault = (text: string): string | null =>
  text.includes("\u0000")
    ? "expected a text without null characters"
    : text.isWellFormed()
    ? null
    : "expected well-formed Unicode"

/**
 * The first place of a parsed document that PostgreSQL's `jsonb` could not hold: U+0000, lone surrogates, or
 * nesting deeper than 64.
 */
export const faultOf = (document: Schema.Json): Option.Option<JsonFault> => {
  const open: Array<readonly [value: Schema.Json, path: ReadonlyArray<string | number>]> = [[document, []]]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [value, path] = next
    if (typeof value === "string") {
      const message = textFault(value)
      if (message !== null) return Option.some({ path, message })
    } else if (typeof value === "object" && value !== null) {
      if (path.length === maximumDepth) {
        return Option.some({ path: path.slice(0, 8), message: `expected at most ${maximumDepth} levels of nesting` })
      }
      for (const [key, child] of Object.entries(value)) {
        const message = textFault(key)
        if (message !== null) return Option.some({ path, message: `${message} in a key` })
        open.push([child, [...path, Array.isArray(value) ? Number(key) : key]])
      }
    }
  }
  return Option.none()
}
