import { Schema } from "effect"
import { SqlError } from "effect/sql"

/** It starts or stops, or has ended the session (class 57), or has no session left (class 53). */
const codes = ["57P01", "57P02", "57P03", "57P04", "57P05", "53300"]

const hasCode = Schema.is(Schema.Struct({ code: Schema.Literals(codes) }))

/**
 * Whether PostgreSQL was away, so that the same may succeed in a moment. Not whether it did what it was asked for: it may have
 * committed and not been able to say so. Source: PostgreSQL 18, appendix A, error codes.
 */
export const isAway = (error: unknown) =>
  SqlError.isSqlError(error) && (error.reason._tag === "ConnectionError" || hasCode(error.reason.cause))
