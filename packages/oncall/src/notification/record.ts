import type { TenantId } from "@innkeeper/config"
import { breaksConstraint, groupCommit } from "@innkeeper/runtime"
import { DateTime, Effect } from "effect"
import { DueSteps, Escalation } from "../escalation/EscalationEntity.ts"
import { keepTrying } from "../KeepTrying.ts"
import { tenantTransaction } from "../tenantTransaction.ts"
import { makeHandOver } from "./Notifier.ts"
import { type Outcome, settlePages } from "./settlePages.ts"

/**
 * Puts on record what became of a page, those of a tenant that come at once together, and hands over what follows. It is tried
 * until it is done, or its incident is gone with its tenant's rows. Of a process that is killed in between, the self-audit finds
 * what was not handed over.
 */
export const makeRecord = Effect.gen(function*() {
  const inTenant = yield* tenantTransaction
  const handOver = yield* makeHandOver
  const alarms = yield* Escalation.client

  const settle = groupCommit((tenantId: TenantId, outcomes: ReadonlyArray<Outcome>) =>
    Effect.gen(function*() {
      const { due, written } = yield* inTenant(tenantId, settlePages(outcomes))
      yield* Effect.all([
        handOver(tenantId, written),
        due === null
          ? Effect.void
          : alarms(tenantId).Due(new DueSteps({ tenantId, at: DateTime.makeUnsafe(due) }), { discard: true })
      ], { discard: true }).pipe(Effect.orDie, keepTrying("The hand-over of what follows a page"))
      return outcomes.map(() => undefined)
    })
  )

  return Effect.fnUntraced(function*(tenantId: TenantId, outcome: Outcome) {
    let tries = 0
    yield* Effect.suspend(() => settle(tenantId, { ...outcome, again: tries++ > 0 })).pipe(
      Effect.asVoid,
      keepTrying("The record of a delivery", breaksConstraint),
      Effect.catchCauseIf(breaksConstraint, () => Effect.void)
    )
  })
})
