import { Cause, Schema } from "effect"
import { ClusterError } from "effect/cluster"
import { SqlError } from "effect/sql"

/**
 * It starts or stops, or has ended the session (class 57), has no disk, memory or session left (class 53), or has become a
 * standby that takes no writes (25006).
 */
const codes = /^(57P0[1-5]|53\d{3}|25006)$/

const hasCode = Schema.is(Schema.Struct({ code: Schema.String.check(Schema.isPattern(codes)) }))

/** Messages of the cluster fail with what the database said inside. */
const isAway = (error: unknown): boolean =>
  error instanceof ClusterError.PersistenceError
    ? isAway(error.cause)
    : SqlError.isSqlError(error) && (error.reason._tag === "ConnectionError" || hasCode(error.reason.cause))

/**
 * Whether something failed since PostgreSQL was away, so that it may succeed in a moment. Not whether PostgreSQL did what it was
 * asked for: it may have committed and not been able to say so. Source: PostgreSQL 18, appendix A, error codes.
 */
export const isDatabaseAway = <E>({ reasons }: Cause.Cause<E>) =>
  reasons.some((reason) =>
    Cause.isFailReason(reason) ? isAway(reason.error) : Cause.isDieReason(reason) && isAway(reason.defect)
  )
