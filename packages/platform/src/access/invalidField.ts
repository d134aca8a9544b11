import { Unprocessable } from "./Problems.ts"

/** A field of a body that is well-formed and cannot be accepted. `message` says what was expected. */
export const invalidField = (field: string, message: string) =>
  new Unprocessable({ detail: `${field}: ${message}`, errors: [{ path: ["payload", field], message }] })
