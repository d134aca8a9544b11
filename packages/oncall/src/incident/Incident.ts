import { Uuid } from "@innkeeper/config"
import { Actor, Name, Text, UserId } from "@innkeeper/platform/api"
import { Schema } from "effect"
import { Priority } from "../alert/Alert.ts"
import { EscalationPolicyId } from "../escalation/EscalationPolicy.ts"
import { UpcomingStage } from "../escalation/UpcomingStage.ts"
import { ServiceId } from "../service/Service.ts"

export const IncidentId = Uuid.pipe(Schema.brand("IncidentId"))
export type IncidentId = typeof IncidentId.Type

/** Life of an incident: PagerDuty's three states. Only `resolved` is final. */
export const IncidentStatus = Schema.Literals(["triggered", "acknowledged", "resolved"])
export type IncidentStatus = typeof IncidentStatus.Type

const UserRef = Schema.Struct({ id: UserId, name: Name })

/** Where an escalation stands. */
export const EscalationState = Schema.Struct({
  /** Runs are counted from 1; a reassignment or an expired acknowledgement begins the next. */
  run: Schema.Int,
  policyName: Schema.String,
  state: Schema.Literals(["running", "stopped", "exhausted"]),
  /** Level and pass of the last step, from 1; 0 before the first. */
  level: Schema.Int,
  pass: Schema.Int,
  /** When the next level is paged unless somebody acknowledges; null when nothing more will happen. */
  nextStepAt: Schema.NullOr(Schema.DateTimeUtcFromString),
  /** What is paged then, by the plan that the run began with; null when nothing more will happen. */
  next: Schema.NullOr(UpcomingStage)
})

export class Incident extends Schema.Class<Incident>("oncall/Incident")({
  id: IncidentId,
  /** Number within the tenant, from 1, as people say it: `#142`. */
  number: Schema.Int,
  title: Schema.String,
  status: IncidentStatus,
  priority: Priority,
  serviceId: ServiceId,
  serviceName: Name,
  dedupKey: Schema.String,
  alertCount: Schema.Int,
  createdAt: Schema.DateTimeUtcFromString,
  updatedAt: Schema.DateTimeUtcFromString,
  acknowledgedAt: Schema.NullOr(Schema.DateTimeUtcFromString),
  acknowledgedBy: Schema.NullOr(Actor),
  resolvedAt: Schema.NullOr(Schema.DateTimeUtcFromString),
  resolvedBy: Schema.NullOr(Actor),
  /** Who was paged in the current run. */
  paged: Schema.Array(UserRef),
  escalation: Schema.NullOr(EscalationState)
}) {}

/** What a line of the timeline is about. */
export const TimelineKind = Schema.Literals([
  "triggered",
  "acknowledged",
  "acknowledgement-expired",
  "resolved",
  "note",
  "paged",
  "page-delivered",
  "page-failed",
  "step-skipped",
  "repeated",
  "last-resort",
  "exhausted",
  "reassigned",
  "priority-changed"
])
export type TimelineKind = typeof TimelineKind.Type

/** One line of an incident's history. Append-only. */
export class TimelineEntry extends Schema.Class<TimelineEntry>("oncall/TimelineEntry")({
  id: Schema.String,
  at: Schema.DateTimeUtcFromString,
  kind: TimelineKind,
  actor: Actor,
  /** A sentence for people. */
  text: Schema.String
}) {}

export const Note = Text(20_000).check(Schema.isMinLength(1))

/** An incident that a person opens by hand. */
export const NewIncident = Schema.Struct({
  serviceId: ServiceId,
  title: Name,
  priority: Priority,
  details: Schema.optionalKey(Note)
})

/** To whom an incident moves: a person, who is paged now, or another policy, which starts at its first level. */
export const Assignment = Schema.Union([
  Schema.Struct({ kind: Schema.tag("user"), id: UserId }),
  Schema.Struct({ kind: Schema.tag("policy"), id: EscalationPolicyId })
])
export type Assignment = typeof Assignment.Type
