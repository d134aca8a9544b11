import type { TenantId } from "@innkeeper/config"
import { Cause, Effect, Exit, Request, RequestResolver, Semaphore } from "effect"
import { SqlError } from "effect/sql"

interface Ask<In, Out> extends Request.Request<Out> {
  readonly _tag: "Ask"
  readonly item: In
}

/** Most items that one transaction takes. */
const largestBatch = 500

/**
 * Group commit: what is asked for a tenant while its previous batch is under way is done together in the next, so that a
 * storm costs few transactions and a single item waits for nobody.
 *
 * `run` does a batch in one transaction and returns the outcome of each item, in order. The items of a batch that breaks a
 * constraint are done one by one, so that only the one at fault fails.
 */
export const groupCommit = <In, Out>(
  run: (tenantId: TenantId, items: ReadonlyArray<In>) => Effect.Effect<ReadonlyArray<Out>>
) => {
  const settle = (tenantId: TenantId, items: ReadonlyArray<In>): Effect.Effect<ReadonlyArray<Exit.Exit<Out>>> =>
    Effect.flatMap(Effect.exit(run(tenantId, items)), (exit) => {
      if (Exit.isSuccess(exit)) return Effect.succeed(exit.value.map((outcome) => Exit.succeed(outcome)))
      return items.length > 1 && breaksConstraint(exit.cause)
        ? Effect.map(Effect.forEach(items, (item) => settle(tenantId, [item])), (exits) => exits.flat())
        : Effect.succeed(items.map(() => Exit.failCause(exit.cause)))
    })

  const makeLane = (tenantId: TenantId) => {
    const turn = Semaphore.makeUnsafe(1)
    return RequestResolver.make<Ask<In, Out>>((entries) =>
      turn.withPermits(1)(
        Effect.gen(function*() {
          for (let from = 0; from < entries.length; from += largestBatch) {
            const batch = entries.slice(from, from + largestBatch)
            const exits = yield* settle(tenantId, batch.map(({ request }) => request.item))
            batch.forEach((entry, index) => entry.completeUnsafe(exits[index]!))
          }
        })
      )
    ).pipe(RequestResolver.setDelayEffect(turn.withPermits(1)(Effect.yieldNow)))
  }

  const ask = Request.tagged<Ask<In, Out>>("Ask")
  const lanes = new Map<TenantId, RequestResolver.RequestResolver<Ask<In, Out>>>()

  return (tenantId: TenantId, item: In): Effect.Effect<Out> =>
    Effect.suspend(() => {
      const lane = lanes.get(tenantId) ?? makeLane(tenantId)
      lanes.set(tenantId, lane)
      return Effect.request(ask({ item }), lane)
    })
}

/** Whether one item can be at fault, such as an alert for a service that was removed a moment ago. */
const breaksConstraint = (cause: Cause.Cause<never>) => {
  const error = Cause.squash(cause)
  return SqlError.isSqlError(error) && ["ConstraintError", "UniqueViolation"].includes(error.reason._tag)
}
