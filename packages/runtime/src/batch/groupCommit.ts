import type { TenantId } from "@innkeeper/config"
import { Cause, Effect } from "effect"
import { SqlError } from "effect/sql"
import { inBatches } from "./inBatches.ts"

/**
 * Group commit: what is asked for a tenant while its previous batch is under way is done together in the next, so that a
 * storm costs few transactions and a single item waits for nobody.
 *
 * `run` does a batch in one transaction and returns the outcome of each item, in order. The items of a batch that breaks a
 * constraint are done one by one, so that only the one at fault fails. `sizeOf` as of `inBatches`.
 */
export const groupCommit = <In, Out>(
  run: (tenantId: TenantId, items: ReadonlyArray<In>) => Effect.Effect<ReadonlyArray<Out>>,
  sizeOf?: (item: In) => number
) => {
  const lanes = new Map<TenantId, (item: In) => Effect.Effect<Out>>()
  return (tenantId: TenantId, item: In): Effect.Effect<Out> =>
    Effect.suspend(() => {
      const lane = lanes.get(tenantId) ?? inBatches((items) => run(tenantId, items), breaksConstraint, sizeOf)
      lanes.set(tenantId, lane)
      return lane(item)
    })
}

/** Whether one item can be at fault, such as an alert for a service that was removed a moment ago. */
export const breaksConstraint = (cause: Cause.Cause<never>) => {
  const error = Cause.squash(cause)
  return SqlError.isSqlError(error) && ["ConstraintError", "UniqueViolation"].includes(error.reason._tag)
}
