import { type EscalationPlan, type Incident, nextStage } from "@innkeeper/oncall/api"
import { DateTime, Option } from "effect"
import { countdown } from "../ui/relativeTime.ts"

const stageName = (escalation: NonNullable<Incident["escalation"]>, plan: EscalationPlan | undefined) => {
  if (plan === undefined) return "The next level"
  const levels = plan.steps.length
  const completed = Math.max(0, escalation.pass - 1) * levels + escalation.level
  return Option.match(nextStage(plan, completed), {
    onNone: () => "The next level",
    onSome: (stage) =>
      stage.kind === "last-resort"
        ? "The last resort"
        : `Level ${stage.level} of ${levels}${stage.pass > 1 ? ` (pass ${stage.pass})` : ""}`
  })
}

/**
 * What will happen to an incident if nobody acts, in one sentence; null when there is nothing to tell.
 *
 * `plan` is the policy as it is now. It names the level only; the time is the server's word.
 */
export const escalationText = (
  incident: Incident,
  plan: EscalationPlan | undefined,
  now: DateTime.Utc
): string | null => {
  const { escalation } = incident
  if (escalation === null || incident.status === "resolved") return null
  switch (escalation.state) {
    case "exhausted":
      return "Everybody was paged and nobody has acknowledged. Nobody else will be paged."
    case "stopped":
      return incident.status === "acknowledged" ? "Paging has stopped." : null
    case "running": {
      if (escalation.nextStepAt === null) return "Paging is under way."
      const seconds = (DateTime.toEpochMillis(escalation.nextStepAt) - DateTime.toEpochMillis(now)) / 1000
      const stage = stageName(escalation, plan)
      return seconds > 0
        ? `${stage} is paged in ${countdown(seconds)} unless somebody acknowledges.`
        : `${stage} is being paged.`
    }
  }
}
