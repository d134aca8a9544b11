import type { Incident } from "@innkeeper/oncall/api"
import { DateTime } from "effect"
import { countdown } from "../ui/relativeTime.ts"

type Stage = NonNullable<NonNullable<Incident["escalation"]>["next"]>

const stageName = (stage: Stage) =>
  stage.kind === "last-resort"
    ? "The last resort"
    : `Level ${stage.level} of ${stage.levels}${stage.pass > 1 ? ` (pass ${stage.pass})` : ""}`

/** What will happen to an incident if nobody acts, in one sentence; null when there is nothing to tell. */
export const escalationText = (incident: Incident, now: DateTime.Utc): string | null => {
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
      if (escalation.next === null) return "Everybody was paged. Nobody else will be unless it is reassigned."
      const stage = stageName(escalation.next)
      return seconds > 0
        ? `${stage} is paged in ${countdown(seconds)} unless somebody acknowledges.`
        : `${stage} is being paged.`
    }
  }
}
