import { TenantId } from "@innkeeper/config"
import { Schema } from "effect"

/**
 * What a run is doing.
 *
 * - `running`: a pod works on it, or it is in the queue
 * - `suspended`: it waits for a timer, a signal, a child, or (with `SuspendOnFailure`) for somebody to resume it
 * - `waiting-for-version`: no pod that saw it knows its workflow or the version of its payload; nothing of it is lost
 */
export const WorkflowStatus = Schema.Literals([
  "running",
  "suspended",
  "waiting-for-version",
  "succeeded",
  "failed",
  "cancelled"
])
export type WorkflowStatus = typeof WorkflowStatus.Type

/** Where a run is found: the workflow's name and the run's execution id. */
export class WorkflowRunRef extends Schema.Class<WorkflowRunRef>("runtime/WorkflowRunRef")({
  workflow: Schema.String,
  id: Schema.String
}) {}

/** Position in a list of runs; the newest come first. */
export const RunCursor = Schema.String.check(
  Schema.isPattern(/^\d{1,19}$/),
  Schema.makeFilter<string>((text) => !/^\d{1,19}$/.test(text) || BigInt(text) < 2n ** 63n, {
    expected: "a cursor as the server gave it"
  })
).pipe(Schema.brand("RunCursor"))
export type RunCursor = typeof RunCursor.Type

/** One run of a workflow, in a list. What is secret in `input` and `output` is replaced by `redacted`. */
export class WorkflowRun extends Schema.Class<WorkflowRun>("runtime/WorkflowRun")({
  /** The execution id. A run that was tried again has the id of the first with `~2`, `~3` … behind it. */
  id: Schema.String,
  /** Name of the workflow, such as `oncall/ExpireAcknowledgement`. */
  workflow: Schema.String,
  /** The tenant in its payload, if any. */
  tenantId: Schema.NullOr(TenantId),
  status: WorkflowStatus,
  startedAt: Schema.DateTimeUtcFromString,
  /** Null until it has ended. */
  finishedAt: Schema.NullOr(Schema.DateTimeUtcFromString),
  input: Schema.Json,
  /** What it succeeded with; null before, or when it gives nothing. */
  output: Schema.Json,
  /** Why it failed, was cancelled, or is held, in words; null otherwise. */
  reason: Schema.NullOr(Schema.String),
  /** The run that started this one and waits for it. */
  parent: Schema.NullOr(WorkflowRunRef),
  /** The run that failed and that this one tries again. */
  retryOf: Schema.NullOr(Schema.String)
}) {}

const entry = {
  /** When it began: was asked for, sent, or scheduled. */
  at: Schema.DateTimeUtcFromString,
  name: Schema.String
}

const ended = { endedAt: Schema.NullOr(Schema.DateTimeUtcFromString) }

/** One attempt of an activity. `waiting` was interrupted by a stop and runs again; `held` is for a version to come. */
export class ActivityEntry extends Schema.TaggedClass<ActivityEntry>("runtime/ActivityEntry")("Activity", {
  ...entry,
  ...ended,
  /** From 1. */
  attempt: Schema.Int,
  outcome: Schema.Literals(["running", "waiting", "held", "succeeded", "failed"]),
  output: Schema.Json,
  reason: Schema.NullOr(Schema.String)
}) {}

/** A durable sleep. */
export class TimerEntry extends Schema.TaggedClass<TimerEntry>("runtime/TimerEntry")("Timer", {
  ...entry,
  ...ended,
  dueAt: Schema.DateTimeUtcFromString
}) {}

/** A value that came from outside, or that a race of the run decided. */
export class SignalEntry extends Schema.TaggedClass<SignalEntry>("runtime/SignalEntry")("Signal", {
  ...entry,
  value: Schema.Json
}) {}

/** Somebody asked for the run to be cancelled. */
export class CancelEntry extends Schema.TaggedClass<CancelEntry>("runtime/CancelEntry")("Cancel", {
  at: entry.at
}) {}

/** State that the run published; the last one of a name is what a query gives. */
export class StateEntry extends Schema.TaggedClass<StateEntry>("runtime/StateEntry")("State", {
  ...entry,
  value: Schema.Json
}) {}

/** A run that this one started. */
export class ChildEntry extends Schema.TaggedClass<ChildEntry>("runtime/ChildEntry")("Child", {
  ...entry,
  ...ended,
  id: Schema.String,
  status: WorkflowStatus
}) {}

/** Something that happened in a run. */
export const HistoryEntry = Schema.Union([
  ActivityEntry,
  TimerEntry,
  SignalEntry,
  CancelEntry,
  StateEntry,
  ChildEntry
])
export type HistoryEntry = typeof HistoryEntry.Type

/** One run with all that happened in it, oldest first. */
export class WorkflowRunDetail extends Schema.Class<WorkflowRunDetail>("runtime/WorkflowRunDetail")({
  run: WorkflowRun,
  history: Schema.Array(HistoryEntry),
  /** Ids of the runs that try this one again, oldest first. */
  retries: Schema.Array(Schema.String)
}) {}

/** Which runs to list. Absent fields do not restrict. */
export class RunSearch extends Schema.Class<RunSearch>("runtime/RunSearch")({
  workflow: Schema.optionalKey(Schema.String),
  status: Schema.optionalKey(WorkflowStatus),
  tenantId: Schema.optionalKey(TenantId),
  /** Part of the input as it is shown, beginning with a word, or the run's id; letter case does not count. */
  text: Schema.optionalKey(Schema.String.check(Schema.isMinLength(3), Schema.isMaxLength(200))),
  /** Runs older than this place; the `next` of the page before. */
  after: Schema.optionalKey(RunCursor),
  limit: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 200 }))
}) {}

/** Runs, newest first. `next` is null on the last page. */
export class RunPage extends Schema.Class<RunPage>("runtime/RunPage")({
  runs: Schema.Array(WorkflowRun),
  next: Schema.NullOr(RunCursor)
}) {}

/** There is no run with this id, or it ended so long ago that it was deleted. */
export class RunNotFound extends Schema.TaggedError<RunNotFound>()(
  "RunNotFound",
  { id: Schema.String },
  { httpApiStatus: 404 }
) {}

/** The run is not in a state in which this can be done; read it again. */
export class RunConflict extends Schema.TaggedError<RunConflict>()(
  "RunConflict",
  { id: Schema.String, status: WorkflowStatus, action: Schema.Literals(["cancel", "resume", "retry"]) },
  { httpApiStatus: 409 }
) {
  override get message() {
    return `A run that is ${this.status} cannot be ${
      { cancel: "cancelled", resume: "resumed", retry: "retried" }[this.action]
    }`
  }
}

/** This pod does not know the run's workflow in this version; ask one that does. */
export class WorkflowUnknown extends Schema.TaggedError<WorkflowUnknown>()(
  "WorkflowUnknown",
  { id: Schema.String, workflow: Schema.String },
  { httpApiStatus: 422 }
) {
  override get message() {
    return `This server does not know ${this.workflow} in the version of the run`
  }
}
