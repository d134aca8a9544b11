import type { TenantId } from "@innkeeper/config"
import { Cause, Effect } from "effect"
import { inBatches } from "./inBatches.ts"
import { isPassing } from "./isPassing.ts"

/**
 * Group commit: what is asked for a tenant while its previous batch is under way is done together in the next, so that a
 * storm costs few transactions and a single item waits for nobody.
 *
 * `run` does a batch in one transaction and returns the outcome of each item, in order. The items of a batch that fails are
 * done one by one, so that only the one at fault fails, unless all would fail alike. `sizeOf` as of `inBatches`.
 */
export const groupCommit = <In, Out>(
  run: (tenantId: TenantId, items: ReadonlyArray<In>) => Effect.Effect<ReadonlyArray<Out>>,
  sizeOf?: (item: In) => number
) => {
  const lanes = new Map<TenantId, (item: In) => Effect.Effect<Out>>()
  return (tenantId: TenantId, item: In): Effect.Effect<Out> =>
    Effect.suspend(() => {
      const lane = lanes.get(tenantId) ?? inBatches((items) => run(tenantId, items), oneAtFault, sizeOf)
      lanes.set(tenantId, lane)
      return lane(item)
    })
}

/** Whether it may be one item's doing, and not the database's. */
const oneAtFault = (cause: Cause.Cause<never>) => !Cause.hasInterrupts(cause) && !isPassing(cause)
