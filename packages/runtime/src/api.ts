/** Contracts of the runtime, safe for a browser. */
export { ClusterState, EntityLoad, Pod, Shard } from "./cluster/ClusterView.ts"
export { ConsumerNotFound, ConsumerReplay, ConsumerState } from "./event/ConsumerState.ts"
export { CursorText } from "./event/Cursor.ts"
export { DeadLetter, DeadLetterId, DeadLetterNotFound, DeadLetterSettled, DeadLetterState } from "./event/DeadLetter.ts"
export {
  JobDetail,
  JobFilter,
  JobId,
  JobNotFound,
  JobNotInState,
  JobPriority,
  JobRecord,
  JobRefused,
  JobState,
  QueueState
} from "./job/JobRecord.ts"
export { CurrentViewer, LiveAuthorization, SocketUnauthorized } from "./realtime/LiveAuthorization.ts"
export { Change, LiveRpcs, Notice, Resync, SlowDown } from "./realtime/LiveRpcs.ts"
export { ScheduleOutcome, ScheduleState } from "./schedule/ScheduleState.ts"
export {
  ActivityEntry,
  CancelEntry,
  ChildEntry,
  HistoryEntry,
  RunConflict,
  RunCursor,
  RunNotFound,
  RunPage,
  RunSearch,
  SignalEntry,
  StateEntry,
  TimerEntry,
  WorkflowRun,
  WorkflowRunDetail,
  WorkflowRunRef,
  WorkflowStatus,
  WorkflowUnknown
} from "./workflow/WorkflowRun.ts"
