import type { Incident } from "@innkeeper/oncall/api"
import { DateTime } from "effect"
import { countdown } from "../ui/relativeTime.ts"

type Stage = NonNullable<NonNullable<Incident["escalation"]>["next"]>

const stageName = (stage: Stage) =>
  stage.kind === "last-resort"
    ? "The last resort"
    : `Level ${stage.level} of ${stage.levels}${stage.pass > 1 ? ` (pass ${stage.pass})` : ""}`

/**
 * How an incident stands with its escalation: it pages on, it ran to its end while nobody has answered, or an
 * acknowledgement has stopped it. Null when there is nothing to tell.
 */
export const outlookOf = (
  { escalation, status }: Pick<Incident, "escalation" | "status">
): "pages" | "unanswered" | "stopped" | null => {
  if (escalation === null || status === "resolved") return null
  if (status === "acknowledged") return "stopped"
  switch (escalation.state) {
    case "exhausted":
      return "unanswered"
    case "stopped":
      return null
    case "running":
      return "pages"
  }
}

/** What will happen to an incident if nobody acts, in one sentence; null when there is nothing to tell. */
export const escalationText = (incident: Incident, now: DateTime.Utc): string | null => {
  const { escalation } = incident
  const outlook = outlookOf(incident)
  if (escalation === null || outlook === null) return null
  switch (outlook) {
    case "unanswered":
      return "Everybody was paged and nobody has acknowledged. Nobody else will be paged."
    case "stopped":
      return "Paging has stopped."
    case "pages": {
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
