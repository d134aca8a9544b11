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

const tooGreat = "expected a number of at most 1.8e308"

const tooDeep = `expected at most ${maximumDepth} levels of nesting`

const within = (key: string | number, { message, path }: JsonFault): JsonFault => ({ path: [key, ...path], message })

/** The fault of a part that lies `depth` levels down, with its path from there on: a part without one makes no path. */
const faultIn = (value: Schema.Json, depth: number): JsonFault | null => {
  if (typeof value === "string") {
    const message = textFault(value)
    return message === null ? null : { path: [], message }
  }
  if (typeof value === "number") return Number.isFinite(value) ? null : { path: [], message: tooGreat }
  if (typeof value !== "object" || value === null) return null
  if (depth === maximumDepth) return { path: [], message: tooDeep }
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index++) {
      const fault = faultIn(value[index], depth + 1)
      if (fault !== null) return within(index, fault)
    }
    return null
  }
  for (const [key, child] of Object.entries(value)) {
    const message = textFault(key)
    if (message !== null) return { path: [], message: `${message} in a key` }
    const fault = faultIn(child, depth + 1)
    if (fault !== null) return within(key, fault)
  }
  return null
}

/**
 * The first place of a parsed document that could not be kept: U+0000 and lone surrogates, which PostgreSQL's `jsonb` does
 * not hold, numbers that are infinite to JavaScript, or nesting deeper than 64, of which the outer eight levels are told.
 */
export const faultOf = (document: Schema.Json): Option.Option<JsonFault> =>
  Option.map(
    Option.fromNullOr(faultIn(document, 0)),
    ({ message, path }) => ({ path: message === tooDeep ? path.slice(0, 8) : path, message })
  )
