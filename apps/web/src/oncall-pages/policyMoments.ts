import type { EscalationPlan } from "@innkeeper/oncall/api"

/** Seconds from the start of the first pass until each level is paged. */
export const levelOffsets = ({ steps }: Pick<EscalationPlan, "steps">): ReadonlyArray<number> =>
  steps.map((_, index) => steps.slice(0, index).reduce((sum, { timeoutSeconds }) => sum + timeoutSeconds, 0))

/** Seconds until the last pass is over, when nobody acknowledges. */
export const secondsToTheEnd = ({ repeat, steps }: Pick<EscalationPlan, "repeat" | "steps">): number =>
  (repeat + 1) * steps.reduce((sum, { timeoutSeconds }) => sum + timeoutSeconds, 0)

/** `Once more from level 1`: the passes that follow the first. */
export const repeatText = (repeat: number): string =>
  repeat === 1 ? "Once more from level 1" : `${repeat} times more from level 1`
