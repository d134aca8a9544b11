/** Contracts of the runtime, safe for a browser. */
export { LiveAuthorization, SocketUnauthorized } from "./realtime/LiveAuthorization.ts"
export { Change, LiveRpcs, Resync } from "./realtime/LiveRpcs.ts"
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
