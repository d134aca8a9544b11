import type { Reachable, RunPage } from "../notification/NotificationStore.ts"
import type { EscalationPlan, Stage } from "./EscalationPolicy.ts"
import type { AnyRun } from "./EscalationRunStore.ts"
import { isEarlierInPass, isHopeful, waitAfter } from "./waitAfter.ts"

/** A stage of which pages have ended without having been sent. */
export interface UnsentStage {
  readonly stage: number
  readonly plan: Pick<EscalationPlan, "repeat" | "steps">
  /** What the stage is by the plan. */
  readonly of: Stage
  readonly run: Pick<AnyRun, "state" | "stages" | "nextStepAt">
  /** All pages of the run, those that have ended as ended. */
  readonly pages: ReadonlyArray<Pick<RunPage, "stage" | "contactMethodId" | "status">>
  /** The ways in which those who were not reached can be reached now. */
  readonly methods: ReadonlyArray<Reachable>
  /** Milliseconds since 1970. */
  readonly now: number
}

/** What follows when pages were not sent. */
export interface AfterUnsent {
  /** Ways to page the same people by, in the same stage. */
  readonly instead: ReadonlyArray<Reachable>
  /** The stage has reached nobody, and the next step is due at once. */
  readonly goesOn: boolean
}

/**
 * Decides what follows when pages of a stage were not sent: their people are paged by the ways that neither this stage nor a later
 * one has taken. Where there are none, and no page of the stage is out or on its way, it is as if the stage had reached nobody
 * from the beginning, and {@link waitAfter} says whether its successor is due at once.
 */
export const afterUnsent = ({ methods, now, of, pages, plan, run, stage }: UnsentStage): AfterUnsent => {
  const taken = new Set(pages.flatMap((page) => page.stage >= stage ? [page.contactMethodId] : []))
  const instead = methods.filter(({ contactMethodId }) => !taken.has(contactMethodId))
  const hopeful = pages.filter(isHopeful)
  const isReached = hopeful.some((page) => page.stage === stage)
  const before = hopeful.some(isEarlierInPass(stage, plan))
  const isWaiting = run.state === "running" && run.stages === stage + 1 && run.nextStepAt !== null &&
    run.nextStepAt > now
  return {
    instead,
    goesOn: instead.length === 0 && isWaiting && waitAfter(of, plan, { now: isReached, before }) === 0
  }
}
