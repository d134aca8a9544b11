import type { Schema, SchemaAST } from "effect"

/** What stands where a secret was. */
export const redacted = "[redacted]"

/** Names of fields whose values are nobody's to read, whatever schema they have. */
const secretName = /token|secret|passw|pwd|credential|authorization|cookie|api-?_?key|private-?_?key|signature/i

const isObject = (value: Schema.Json): value is Schema.JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value)

/** Replaces the values of fields with telling names, at any depth. */
export const redactByName = (value: Schema.Json): Schema.Json => {
  if (Array.isArray(value)) return value.map(redactByName)
  if (!isObject(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, secretName.test(name) ? redacted : redactByName(inner)])
  )
}

const isRedactedSchema = (ast: SchemaAST.Declaration) => {
  const representation = ast.annotations?.["representation"]
  return typeof representation === "object" && representation !== null && "id" in representation &&
    representation.id === "effect/schema/Redacted"
}

/** Replaces what the schema says is `Redacted`. `value` is encoded JSON whose fields are called as in the schema. */
export const redactBySchema = (ast: SchemaAST.AST, value: Schema.Json): Schema.Json => {
  switch (ast._tag) {
    case "Declaration": {
      if (isRedactedSchema(ast)) return redacted
      const inside = [...ast.typeParameters, ...(ast.encoding ?? []).map(({ to }) => to)]
      return inside.reduce((seen, inner) => redactBySchema(inner, seen), value)
    }
    case "Objects": {
      if (!isObject(value)) return value
      const named = new Map(ast.propertySignatures.map(({ name, type }) => [name, type]))
      return Object.fromEntries(
        Object.entries(value).map(([name, inner]) => {
          const type = named.get(name) ?? ast.indexSignatures[0]?.type
          return [name, type === undefined ? inner : redactBySchema(type, inner)]
        })
      )
    }
    case "Arrays":
      return Array.isArray(value)
        ? value.map((inner, index) => {
          const type = ast.elements[index] ?? ast.rest[0]
          return type === undefined ? inner : redactBySchema(type, inner)
        })
        : value
    case "Union":
      return ast.types.reduce((seen, type) => redactBySchema(type, seen), value)
    case "Suspend":
      return typeof value === "object" && value !== null ? redactBySchema(ast.thunk(), value) : value
    default:
      return value
  }
}
