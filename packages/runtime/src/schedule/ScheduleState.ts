import { Schema } from "effect"

/** `skipped`: it came later than its schedule allows, because no pod ran at its time. */
export const ScheduleOutcome = Schema.Literals(["running", "succeeded", "failed", "skipped"])

/** A periodic task of the platform and what became of its last run. */
export class ScheduleState extends Schema.Class<ScheduleState>("runtime/ScheduleState")({
  name: Schema.String,
  /** Seconds, minutes, hours, days of the month, months, days of the week. */
  cron: Schema.String,
  /** IANA name of the time zone in which the cron expression is read. */
  zone: Schema.String,
  nextRunAt: Schema.DateTimeUtcFromString,
  /** When the last run was due. Null, like the rest of a run, before the first. */
  scheduledFor: Schema.NullOr(Schema.DateTimeUtcFromString),
  lastRunAt: Schema.NullOr(Schema.DateTimeUtcFromString),
  lastOutcome: Schema.NullOr(ScheduleOutcome),
  /** What the last run failed with. */
  lastError: Schema.NullOr(Schema.String),
  /** How long the last run took; null while it goes on. */
  lastDurationMs: Schema.NullOr(Schema.Int),
  lastSuccessAt: Schema.NullOr(Schema.DateTimeUtcFromString),
  /** Whether it should have run by now and nobody ran it, or will, as the clock was ahead when its next run was planned. */
  late: Schema.Boolean
}) {}
