import { Result, Schema } from "effect"
import { fieldErrors } from "./problem.ts"

/** What became of a form: the payload to send, or what is wrong with which field. */
export type Checked<A> =
  | { readonly value: A; readonly errors: null }
  | { readonly value: null; readonly errors: Readonly<Record<string, string>> }

/** Checks what a form holds by the schema of the API's payload, before it is sent. */
export const checkForm = <A>(schema: Schema.ConstraintDecoder<A>) => {
  const check = Schema.decodeUnknownResult(schema, { errors: "all" })
  return (draft: unknown): Checked<A> =>
    Result.match(check(draft), {
      onSuccess: (value): Checked<A> => ({ value, errors: null }),
      onFailure: (error): Checked<A> => ({ value: null, errors: fieldErrors(error) })
    })
}
