import { Schema } from "effect"

const lowerCase = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

/** A UUID (RFC 9562) as the platform writes it: in lower case, so that equal ones are equal texts. */
export const Uuid = Schema.String.check(Schema.isPattern(lowerCase, {
  expected: "a UUID in lower case",
  toJsonSchema: () => ({ pattern: lowerCase.source, format: "uuid" })
}))
