import { Schema } from "effect"
import { HttpApiError } from "effect/http-api"

/** The URI of a problem type (RFC 9457, 3.1.1). A URN, since an installation has no fixed address. */
export const problemType = <const Name extends string>(name: Name) => `urn:innkeeper:problem:${name}` as const

/** Nobody is signed in, or the key is unknown, revoked or expired. */
export class Unauthorized extends HttpApiError.Problem<Unauthorized>()("Unauthorized", {
  type: problemType("unauthorized"),
  status: 401,
  title: "Sign in, or send a valid API key"
}) {}

/** The caller is known and may not do this. */
export class Forbidden extends HttpApiError.Problem<Forbidden>()("Forbidden", {
  type: problemType("forbidden"),
  status: 403,
  title: "You may not do this"
}) {}

/** Nothing with this id is visible to the caller's tenant. Another tenant's ids answer the same. */
export class NotFound extends HttpApiError.Problem<NotFound>()("NotFound", {
  type: problemType("not-found"),
  status: 404,
  title: "Not found"
}, {
  /** What was looked for, such as `incident`. */
  resource: Schema.String
}) {}

/** The request contradicts what is stored, such as a name that is taken. `field` names the culprit. */
export class Conflict extends HttpApiError.Problem<Conflict>()("Conflict", {
  type: problemType("conflict"),
  status: 409,
  title: "This contradicts what is stored"
}, {
  field: Schema.optionalKey(Schema.String)
}) {}

/** The request is well formed and cannot be carried out. `errors` names each field and what was expected. */
export class Unprocessable extends HttpApiError.Problem<Unprocessable>()("Unprocessable", {
  type: problemType("unprocessable"),
  status: 422,
  title: "Some fields cannot be accepted"
}, {
  errors: Schema.Array(HttpApiError.ProblemIssue)
}) {}

/** The body is larger than the endpoint takes. */
export class PayloadTooLarge extends HttpApiError.Problem<PayloadTooLarge>()("PayloadTooLarge", {
  type: problemType("payload-too-large"),
  status: 413,
  title: "The body is too large"
}, {
  /** The limit, in bytes. */
  limit: Schema.Int
}) {}

/** A rate limit is used up; `Retry-After` and the `RateLimit` headers say when to come back. */
export class TooManyRequests extends HttpApiError.Problem<TooManyRequests>()("TooManyRequests", {
  type: problemType("too-many-requests"),
  status: 429,
  title: "Too many requests"
}, {
  /** Seconds until the next request is allowed. */
  retryAfter: Schema.Int
}) {}

/** The platform has not been given what this needs, such as an admin token. */
export class Unavailable extends HttpApiError.Problem<Unavailable>()("Unavailable", {
  type: problemType("unavailable"),
  status: 503,
  title: "Not available"
}) {}
