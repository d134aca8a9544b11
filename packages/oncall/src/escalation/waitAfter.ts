import type { RunPage } from "../notification/NotificationStore.ts"
import type { EscalationPlan, Stage } from "./EscalationPolicy.ts"

/** Whom a stage and its pass have paged. */
export interface Reach {
  /** The stage pages somebody. */
  readonly now: boolean
  /** An earlier stage of the same pass has. */
  readonly before: boolean
}

/** Seconds that a stage waits for an answer when it pages somebody. */
const timeoutOf = (stage: Stage) => stage.kind === "level" ? stage.step.timeoutSeconds : stage.timeoutSeconds

/** Whether a stage is the last level of a pass that another one follows. */
export const endsPass = (stage: Stage, plan: Pick<EscalationPlan, "repeat" | "steps">): boolean =>
  stage.kind === "level" && stage.level === plan.steps.length && stage.pass <= plan.repeat

/**
 * Seconds from a stage to the next one. A stage that reaches nobody goes on at once; but where its pass has reached nobody at
 * all, the next pass keeps its time: all would be over in a moment, and somebody may come on call meanwhile.
 */
export const waitAfter = (stage: Stage, plan: Pick<EscalationPlan, "repeat" | "steps">, reach: Reach): number =>
  reach.now || (!reach.before && endsPass(stage, plan)) ? timeoutOf(stage) : 0

/** Whether another stage is an earlier one of the same pass as `stage`, both counted from 0 over all passes. */
export const isEarlierInPass =
  (stage: number, { steps }: Pick<EscalationPlan, "steps">) => (other: { readonly stage: number }): boolean =>
    other.stage < stage && other.stage >= stage - stage % steps.length

/** Whether a page is out or on its way: what has ended otherwise has reached nobody. */
export const isHopeful = ({ status }: Pick<RunPage, "status">): boolean => status === "sent" || status === "pending"
