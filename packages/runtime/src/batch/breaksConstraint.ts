import { Cause } from "effect"
import { SqlError } from "effect/sql"

/** Whether PostgreSQL refused what was written, such as an alert for a service that was removed a moment ago. */
export const breaksConstraint = (cause: Cause.Cause<never>) => {
  const error = Cause.squash(cause)
  return SqlError.isSqlError(error) && ["ConstraintError", "UniqueViolation"].includes(error.reason._tag)
}
