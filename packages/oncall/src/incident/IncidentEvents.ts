import type { IncidentId } from "./Incident.ts"

/** What the rest of the house hears about incidents. `run` is the escalation run that the event began or ended. */
export type IncidentEventType =
  | "incident.triggered"
  | "incident.alerted"
  | "incident.acknowledged"
  | "incident.acknowledgement-expired"
  | "incident.reassigned"
  | "incident.resolved"
  | "incident.updated"

/** Begin the escalation run that the event names. */
export const beginsRun: ReadonlyArray<IncidentEventType> = [
  "incident.triggered",
  "incident.acknowledgement-expired",
  "incident.reassigned"
]

export interface IncidentEvent {
  readonly type: IncidentEventType
  readonly incidentId: IncidentId
  readonly run: number
  /** The trace it belongs to, where that is not the one that writes it. */
  readonly traceparent?: string | null
}
