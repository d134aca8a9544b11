import { TenantId, Uuid } from "@innkeeper/config"
import { Schema } from "effect"

export const JobId = Uuid.pipe(Schema.brand("JobId"))
export type JobId = typeof JobId.Type

/**
 * Where a job is.
 *
 * `scheduled` waits for its time (a delay or a retry), `ready` for its turn, `running` is being done. `succeeded`,
 * `cancelled` and `dead` are ends; a dead job had failed for good and can be replayed.
 */
export const JobState = Schema.Literals(["scheduled", "ready", "running", "succeeded", "cancelled", "dead"])
export type JobState = typeof JobState.Type

/** A `low` job starts before a `normal` one that came due 10 minutes later, and before a `high` one 11 minutes later. */
export const JobPriority = Schema.Literals(["high", "normal", "low"])
export type JobPriority = typeof JobPriority.Type

/** One job as it is now. */
export class JobRecord extends Schema.Class<JobRecord>("runtime/JobRecord")({
  id: JobId,
  tenantId: TenantId,
  queue: Schema.String,
  /** Its type, such as `webhook.send`. */
  name: Schema.String,
  state: JobState,
  priority: JobPriority,
  /** The deduplication key it was given. */
  key: Schema.NullOr(Schema.String),
  /** Attempts begun. One that ended with its process counts, one that was handed to another process does not. */
  attempt: Schema.Int,
  /** Attempts it may have. */
  attempts: Schema.Int,
  /** A running one was told to stop. */
  cancelRequested: Schema.Boolean,
  /** From 0 to 1, as the running handler last said. */
  progress: Schema.NullOr(Schema.Finite),
  progressText: Schema.NullOr(Schema.String),
  /** Why the last attempt failed, or why nobody has begun one. */
  error: Schema.NullOr(Schema.String),
  createdAt: Schema.DateTimeUtcFromDate,
  /** When it is, or was, due. */
  dueAt: Schema.DateTimeUtcFromDate,
  /** When the last attempt began. */
  startedAt: Schema.NullOr(Schema.DateTimeUtcFromDate),
  finishedAt: Schema.NullOr(Schema.DateTimeUtcFromDate)
}) {}

/** A job with what it was given and what came out, as JSON text. */
export class JobDetail extends JobRecord.extend<JobDetail>("runtime/JobDetail")({
  payload: Schema.String,
  result: Schema.NullOr(Schema.String)
}) {}

/** What to look for; everything that is not given matches. Newest first, `after` is the id of the last one seen. */
export const JobFilter = Schema.Struct({
  queue: Schema.optionalKey(Schema.String),
  name: Schema.optionalKey(Schema.String),
  state: Schema.optionalKey(JobState),
  key: Schema.optionalKey(Schema.String),
  after: Schema.optionalKey(JobId),
  /** 50 if not given, at most 200. */
  limit: Schema.optionalKey(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 200 })))
})
export type JobFilter = typeof JobFilter.Type

/** One queue over all tenants. */
export class QueueState extends Schema.Class<QueueState>("runtime/QueueState")({
  queue: Schema.String,
  scheduled: Schema.Int,
  ready: Schema.Int,
  running: Schema.Int,
  dead: Schema.Int,
  /** How long the job that has been ready for longest waits. */
  oldestReadySeconds: Schema.NullOr(Schema.Finite),
  /** Jobs that ended in the last minute, and how many of these were dead. */
  endedLastMinute: Schema.Int,
  diedLastMinute: Schema.Int,
  /** Jobs of types that no process runs. */
  unknown: Schema.Int
}) {}

/** No job with this id is visible to the caller. */
export class JobNotFound extends Schema.TaggedError<JobNotFound>()(
  "JobNotFound",
  { id: JobId },
  { httpApiStatus: 404 }
) {
  override get message() {
    return `There is no job ${this.id}`
  }
}

/** The job is in a state in which this cannot be done to it. */
export class JobNotInState extends Schema.TaggedError<JobNotInState>()(
  "JobNotInState",
  { id: JobId, state: JobState, expected: JobState },
  { httpApiStatus: 409 }
) {
  override get message() {
    return `Job ${this.id} is ${this.state}, not ${this.expected}`
  }
}

/** The job was not taken: its payload does not fit its schema or is too large. */
export class JobRefused extends Schema.TaggedError<JobRefused>()(
  "JobRefused",
  { name: Schema.String, reason: Schema.String },
  { httpApiStatus: 400 }
) {
  override get message() {
    return `${this.name} was not taken: ${this.reason}`
  }
}
