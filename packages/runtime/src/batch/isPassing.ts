import { isDatabaseAway } from "@innkeeper/database"
import { Cause } from "effect"
import { SqlError } from "effect/sql"

/** Whether something failed of what passes by itself: PostgreSQL was away, or too slow, or had others in the way. */
export const isPassing = <E>(cause: Cause.Cause<E>) => {
  const error = Cause.squash(cause)
  return isDatabaseAway(cause) || (SqlError.isSqlError(error) && error.isRetryable)
}
