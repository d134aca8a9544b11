import { Context, type Effect } from "effect"
import type {
  RunConflict,
  RunNotFound,
  RunPage,
  RunSearch,
  WorkflowRun,
  WorkflowRunDetail,
  WorkflowUnknown
} from "./WorkflowRun.ts"

/**
 * Every run of every workflow, of all tenants, as the cluster's own tables tell. For administrators of the platform: the
 * caller has to have checked that.
 */
export class WorkflowRuns extends Context.Service<WorkflowRuns, {
  /** Runs, newest first. */
  readonly search: (search: RunSearch) => Effect.Effect<RunPage>
  /** One run with its history. */
  readonly get: (id: string) => Effect.Effect<WorkflowRunDetail, RunNotFound>
  /** Names of the workflows that have runs, and of those this pod knows; sorted. */
  readonly workflows: Effect.Effect<ReadonlyArray<string>>
  /**
   * Asks the run to end. It does so where it waits, after its compensations, and so do the children it waits for; the
   * answer does not wait for that.
   */
  readonly cancel: (id: string) => Effect.Effect<void, RunNotFound | RunConflict>
  /** Lets a suspended run go on: look again at what it waits for, or try again after a failure that suspended it. */
  readonly resume: (id: string) => Effect.Effect<void, RunNotFound | RunConflict>
  /** Starts a failed or cancelled run anew, with the same input and an id of its own. Returns the new run. */
  readonly retry: (id: string) => Effect.Effect<WorkflowRun, RunNotFound | RunConflict | WorkflowUnknown>
}>()("runtime/WorkflowRuns") {}
