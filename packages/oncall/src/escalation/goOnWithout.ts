import type { UserId } from "@innkeeper/platform/api"
import { Array, Clock, DateTime, Effect, Option } from "effect"
import type { IncidentId } from "../incident/Incident.ts"
import type { NotificationId } from "../notification/Notification.ts"
import { pagesOfRuns, pageWrites, reachable } from "../notification/NotificationStore.ts"
import { type AfterUnsent, afterUnsent } from "./afterUnsent.ts"
import { decodePlan, type EscalationPlan, nextStage, type Stage } from "./EscalationPolicy.ts"
import { type AnyRun, dueWrites, holdAnyRuns } from "./EscalationRunStore.ts"
import { afterUnsentText } from "./StageText.ts"

/** A page that ends without having been sent. */
export interface UnsentPage {
  readonly id: NotificationId
  readonly incidentId: IncidentId
  readonly run: number
  readonly stage: number
  readonly userId: UserId
}

/** A stage of which pages have ended so, as it is by the plan of its run. */
interface Missed {
  readonly incidentId: IncidentId
  readonly run: AnyRun
  readonly stage: number
  readonly plan: EscalationPlan
  readonly of: Stage
  readonly pages: ReadonlyArray<UnsentPage>
}

/**
 * What follows when pages of one tenant end without having been sent, in the transaction of the caller, which ends them: others
 * to their people instead, or next steps that are due now. Nothing follows for runs that are over, for pages that have ended
 * before, and where a plan cannot be read.
 *
 * Incidents and runs are held before pages are read, so of two that fail at the same moment the second one knows of the first.
 */
export const goOnWithout = Effect.fnUntraced(function*(unsent: ReadonlyArray<UnsentPage>) {
  const now = yield* Clock.currentTimeMillis
  const held = yield* holdAnyRuns(Array.dedupe(unsent.map(({ incidentId }) => incidentId)))
  const runs = held.filter(({ status }) => status === "triggered")
  const isOfRun = (page: Pick<UnsentPage, "incidentId" | "run">) => (run: AnyRun) =>
    run.incidentId === page.incidentId && run.run === page.run
  const pages = yield* pagesOfRuns(runs.map(({ incidentId, run }) => ({ incidentId, run })))
  const pending = new Set(pages.flatMap(({ id, status }) => status === "pending" ? [id] : []))
  const ended = unsent.filter((page) => pending.has(page.id) && runs.some(isOfRun(page)))
  const endedIds = new Set(ended.map(({ id }) => id))
  const methods = yield* reachable(Array.dedupe(ended.map(({ userId }) => userId)))

  const missed = Object.values(Object.groupBy(ended, ({ incidentId, run, stage }) => `${incidentId}/${run}/${stage}`))
    .flatMap((ofStage = []): ReadonlyArray<Missed> => {
      const [page] = ofStage
      const run = page && runs.find(isOfRun(page))
      const plan = Option.getOrUndefined(decodePlan(run?.plan))
      const of = page && plan && Option.getOrUndefined(nextStage(plan, page.stage))
      return run && of ? [{ incidentId: page.incidentId, run, stage: page.stage, plan, of, pages: ofStage }] : []
    })
  const decided = missed.map((each): Missed & { readonly after: AfterUnsent } => ({
    ...each,
    after: afterUnsent({
      stage: each.stage,
      plan: each.plan,
      of: each.of,
      run: each.run,
      now,
      pages: pages.flatMap((page) =>
        isOfRun(page)(each.run) ? [endedIds.has(page.id) ? { ...page, status: "failed" as const } : page] : []
      ),
      methods: methods.filter(({ userId }) => each.pages.some((page) => page.userId === userId))
    })
  }))

  const { keys, writes } = yield* pageWrites(
    decided.flatMap(({ after, incidentId, run: { run }, stage }) =>
      after.instead.map((method) => ({ incidentId, run, stage, method }))
    )
  )
  const hurried = decided.filter(({ after }) => after.goesOn).map(({ incidentId, run: { run } }) => ({
    incidentId,
    run
  }))
  return {
    /** Those that ended by this, of runs that are not over. */
    ended: endedIds,
    /** New pages, to be handed over when the transaction is through. */
    keys,
    /** When next steps are due that were not before, in milliseconds since 1970; null: none is. */
    due: hurried.length > 0 ? now : null,
    lines: decided.flatMap(({ after, incidentId, of }) =>
      afterUnsentText(of, after).map((line) => ({ ...line, incidentId }))
    ),
    paged: decided.flatMap(({ after, incidentId }) =>
      Array.dedupe(after.instead.map(({ userId }) => userId)).map((userId) => ({ incidentId, userId }))
    ),
    writes: [...writes, ...(yield* dueWrites(hurried, DateTime.formatIso(DateTime.makeUnsafe(now))))]
  }
})
