import { Redacted } from "effect"
import type { HttpServerRequest } from "effect/http"
import { createHash, timingSafeEqual } from "node:crypto"

const digest = (text: string) => createHash("sha256").update(text).digest()

/** Whether a request may see how the process is: with the token as `Authorization: Bearer`, or anyhow where there is none. */
export const makeMayLook = (token: Redacted.Redacted<string> | undefined) => {
  if (token === undefined) return () => true
  const expected = digest(`Bearer ${Redacted.value(token)}`)
  return ({ headers }: HttpServerRequest.HttpServerRequest) =>
    timingSafeEqual(digest(headers["authorization"] ?? ""), expected)
}
