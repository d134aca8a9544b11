import { Incident, type Priority } from "@innkeeper/oncall/api"
import type { Actor } from "@innkeeper/platform/api"
import type { DateTime } from "effect"

const stopped = (incident: Incident): Incident["escalation"] =>
  incident.escalation === null ? null : { ...incident.escalation, state: "stopped", nextStepAt: null, next: null }

/** What an incident will be once the server has taken an acknowledgement. */
export const acknowledged = (incident: Incident, by: Actor, at: DateTime.Utc): Incident =>
  incident.status === "triggered"
    ? new Incident({
      ...incident,
      status: "acknowledged",
      acknowledgedAt: at,
      acknowledgedBy: by,
      escalation: stopped(incident)
    })
    : incident

/** What an incident will be once the server has taken a resolution. */
export const resolved = (incident: Incident, by: Actor, at: DateTime.Utc): Incident =>
  incident.status === "resolved"
    ? incident
    : new Incident({ ...incident, status: "resolved", resolvedAt: at, resolvedBy: by, escalation: stopped(incident) })

export const withPriority = (incident: Incident, priority: Priority): Incident =>
  new Incident({ ...incident, priority })
