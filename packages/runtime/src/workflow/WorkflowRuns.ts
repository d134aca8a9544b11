import { type StoreDefect, withPlatform } from "@innkeeper/database"
import { Context, DateTime, Effect, Layer, Option, Schema } from "effect"
import { Sharding } from "effect/cluster"
import { SqlClient } from "effect/sql"
import { type Workflow, WorkflowEngine } from "effect/workflow"
import { releaseRun } from "./HeldMessageStore.ts"
import { KnownWorkflows } from "./KnownWorkflows.ts"
import { PayloadUpgrade } from "./PayloadVersions.ts"
import { readHistory } from "./readHistory.ts"
import { parentField, readRun, retryId, type RunRow, tryOf } from "./readRun.ts"
import {
  RunConflict,
  RunCursor,
  RunNotFound,
  RunPage,
  type RunSearch,
  type WorkflowRun,
  WorkflowRunDetail,
  type WorkflowStatus,
  WorkflowUnknown
} from "./WorkflowRun.ts"
import { findChildren, findRetries, findRun, messagesOfRun, searchRuns, workflowNames } from "./WorkflowRunStore.ts"

/** Whether a run's shown text has the words that were asked for. What was redacted is not found. */
const shows = (run: WorkflowRun, text: string | undefined) =>
  text === undefined || run.id === text || JSON.stringify(run.input).toLowerCase().includes(
    JSON.stringify(text).slice(1, -1).toLowerCase()
  )

/** A workflow of which nothing is known but that it can run. */
type Runnable = Workflow.Workflow<string, Schema.Struct<{}>, typeof Schema.Void, typeof Schema.Never>

const open: ReadonlySet<WorkflowStatus> = new Set(["running", "suspended", "waiting-for-version"])

/**
 * Every run of every workflow, of all tenants, as the cluster's own tables tell. For administrators of the platform: the
 * caller has to have checked that.
 */
export class WorkflowRuns extends Context.Service<WorkflowRuns, {
  /** Runs, newest first. A page may have less than `limit` of them and still a `next`. */
  readonly search: (search: RunSearch) => Effect.Effect<RunPage>
  /** One run with its history. */
  readonly get: (id: string) => Effect.Effect<WorkflowRunDetail, RunNotFound>
  /** Names of the workflows that have runs, and of those this pod knows; sorted. */
  readonly workflows: Effect.Effect<ReadonlyArray<string>>
  /**
   * Asks the run to end. It does so where it waits, after its compensations, and so do the children it waits for; the
   * answer does not wait for that.
   */
  readonly cancel: (id: string) => Effect.Effect<void, RunNotFound | RunConflict | WorkflowUnknown>
  /** Lets a suspended run go on: look again at what it waits for, or try again after a failure that suspended it. */
  readonly resume: (id: string) => Effect.Effect<void, RunNotFound | RunConflict | WorkflowUnknown>
  /**
   * Starts a failed or cancelled run anew, with the same input and an id of its own, and returns the new run. Signals that
   * are addressed by the payload reach the first run; address those of the new one by its id.
   */
  readonly retry: (id: string) => Effect.Effect<WorkflowRun, RunNotFound | RunConflict | WorkflowUnknown>
}>()("runtime/WorkflowRuns") {
  static readonly layer = Layer.effect(
    WorkflowRuns,
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const known = yield* KnownWorkflows
      const engine = yield* WorkflowEngine.WorkflowEngine
      const sharding = yield* Sharding.Sharding

      const stored = <A>(effect: Effect.Effect<A, StoreDefect, SqlClient.SqlClient>): Effect.Effect<A> =>
        effect.pipe(withPlatform("workflow runs"), Effect.provideService(SqlClient.SqlClient, sql), Effect.orDie)
      const read = (row: RunRow) => readRun(row, known.get(row.workflow))

      const find = Effect.fnUntraced(function*(id: string) {
        const row = yield* stored(findRun(id))
        return row ?? (yield* new RunNotFound({ id }))
      })

      const definition = (row: RunRow) => {
        const workflow = known.get(row.workflow)
        return workflow === undefined
          ? Effect.fail(new WorkflowUnknown({ id: row.executionId, workflow: row.workflow }))
          : Effect.succeed(workflow)
      }

      const search = Effect.fn("WorkflowRuns.search")(function*(wanted: RunSearch) {
        const rows = yield* stored(searchRuns({ ...wanted, limit: wanted.limit + 1 }))
        const page = rows.slice(0, wanted.limit)
        const last = rows.length > page.length ? page.at(-1) : undefined
        return new RunPage({
          runs: page.map(read).filter((run) => shows(run, wanted.text)),
          next: last === undefined ? null : RunCursor.make(last.messageId)
        })
      })

      const get = Effect.fn("WorkflowRuns.get")(function*(id: string) {
        const row = yield* find(id)
        const { first } = tryOf(id)
        const [messages, children, retries] = yield* stored(Effect.all([
          messagesOfRun(row.workflow, id),
          findChildren(id),
          findRetries(row.workflow, first)
        ]))
        return new WorkflowRunDetail({
          run: read(row),
          history: readHistory(messages, children.map(read), yield* DateTime.now),
          retries: retries.map(({ executionId }) => executionId).filter((other) =>
            tryOf(other).attempt > tryOf(id).attempt
          )
        })
      })

      const workflows = Effect.gen(function*() {
        const names = new Set([...(yield* stored(workflowNames)), ...(yield* known.names)])
        return [...names].sort()
      }).pipe(Effect.withSpan("WorkflowRuns.workflows"))

      const cancel = Effect.fn("WorkflowRuns.cancel")(function*(id: string) {
        const row = yield* find(id)
        const { status } = read(row)
        if (!open.has(status)) return yield* new RunConflict({ id, status, action: "cancel" })
        yield* engine.interrupt(yield* definition(row), id)
      })

      const resume = Effect.fn("WorkflowRuns.resume")(function*(id: string) {
        const row = yield* find(id)
        const { status } = read(row)
        if (status === "waiting-for-version") {
          yield* stored(releaseRun(row.workflow, id))
          return yield* sharding.pollStorage
        }
        if (status !== "suspended") return yield* new RunConflict({ id, status, action: "resume" })
        yield* engine.resume(yield* definition(row), id)
      })

      const payloadOf = Effect.fnUntraced(function*(row: RunRow, workflow: Workflow.Any) {
        const { [parentField]: _, ...payload }: Schema.JsonObject = JSON.parse(row.payload)
        const upgrade = Context.getOption(workflow.annotations, PayloadUpgrade)
        const current = Option.isSome(upgrade) ? yield* upgrade.value(payload) : payload
        const codec = Schema.toCodecJson(workflow.payloadSchema as Workflow.AnyStructSchema & Schema.Codec<object>)
        return yield* Schema.decodeUnknownEffect(codec)(current).pipe(
          Effect.mapError(() => new WorkflowUnknown({ id: row.executionId, workflow: row.workflow }))
        )
      })

      const retry = Effect.fn("WorkflowRuns.retry")(function*(id: string) {
        const row = yield* find(id)
        const { first } = tryOf(id)
        const later = yield* stored(findRetries(row.workflow, first))
        const latest = later.reduce(
          (last, next) => tryOf(next.executionId).attempt > tryOf(last.executionId).attempt ? next : last,
          row
        )
        const { status } = read(latest)
        if (status !== "failed" && status !== "cancelled") {
          return yield* new RunConflict({ id: latest.executionId, status, action: "retry" })
        }
        const workflow = yield* definition(row)
        const payload = yield* payloadOf(row, workflow)
        const next = retryId(first, tryOf(latest.executionId).attempt + 1)
        yield* engine.execute(workflow as Runnable, { executionId: next, payload, discard: true })
        return read(yield* Effect.orDie(find(next)))
      })

      return WorkflowRuns.of({ search, get, workflows, cancel, resume, retry })
    })
  )
}
