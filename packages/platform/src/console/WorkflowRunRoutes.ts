import { WorkflowRuns } from "@innkeeper/runtime"
import { type RunConflict, RunSearch, type WorkflowUnknown } from "@innkeeper/runtime/api"
import { Effect } from "effect"
import { HttpApiBuilder } from "effect/http-api"
import { Conflict, NotFound, Unprocessable } from "../access/Problems.ts"
import { AdminAudit } from "./AdminAudit.ts"
import { ConsoleApi } from "./ConsoleApi.ts"

const defaultPage = 50

const notFound = () => new NotFound({ resource: "run" })
const missing = () => Effect.fail(notFound())
const conflict = (error: RunConflict) => Effect.fail(new Conflict({ detail: error.message }))
const unknown = ({ workflow }: WorkflowUnknown) =>
  Effect.fail(
    new Unprocessable({
      detail: `The pod that was asked does not know ${workflow} in the version of this run`,
      errors: [{ path: ["id"], message: `a run of a version of ${workflow} that this pod knows` }]
    })
  )

const problems = { RunNotFound: missing, RunConflict: conflict, WorkflowUnknown: unknown }

export const WorkflowRunRoutes = HttpApiBuilder.group(
  ConsoleApi,
  "workflowRuns",
  Effect.fnUntraced(function*(handlers) {
    const runs = yield* WorkflowRuns
    const audit = yield* AdminAudit
    const record = (action: string, id: string, detail: { readonly run?: string } = {}) =>
      audit.record({ action, subject: `run:${id}`, detail })

    return handlers.handleAll({
      search: ({ query: { cursor, limit = defaultPage, ...query } }) =>
        runs.search(new RunSearch({ ...query, limit, ...(cursor === undefined ? {} : { after: cursor }) })).pipe(
          Effect.map(({ next, runs }) => ({ items: runs, nextCursor: next }))
        ),
      workflows: () => runs.workflows,
      get: ({ params: { id } }) => Effect.mapError(runs.get(id), notFound),
      cancel: ({ params: { id } }) =>
        Effect.catchTags(runs.cancel(id), problems).pipe(
          Effect.tap(() => record("run.cancelled", id))
        ),
      resume: ({ params: { id } }) =>
        Effect.catchTags(runs.resume(id), problems).pipe(
          Effect.tap(() => record("run.resumed", id))
        ),
      retry: ({ params: { id } }) =>
        Effect.catchTags(runs.retry(id), problems).pipe(
          Effect.tap((run) => record("run.retried", id, { run: run.id }))
        )
    })
  })
)
