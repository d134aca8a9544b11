import { JobOperator } from "@innkeeper/runtime"
import { JobDetail, type JobNotFound, type JobNotInState } from "@innkeeper/runtime/api"
import { Effect } from "effect"
import { HttpApiBuilder } from "effect/http-api"
import { Conflict, NotFound } from "../access/Problems.ts"
import { AdminAudit } from "./AdminAudit.ts"
import { ConsoleApi } from "./ConsoleApi.ts"
import { pageOf } from "./pageOf.ts"
import { redactJsonText } from "./redactJsonText.ts"

const notFound = () => new NotFound({ resource: "job" })

const inProblems = (error: JobNotFound | JobNotInState) =>
  error._tag === "JobNotFound" ? notFound() : new Conflict({ detail: error.message })

const shown = (job: JobDetail) =>
  new JobDetail({
    ...job,
    payload: redactJsonText(job.payload),
    result: job.result === null ? null : redactJsonText(job.result)
  })

export const JobRoutes = HttpApiBuilder.group(
  ConsoleApi,
  "jobs",
  Effect.fnUntraced(function*(handlers) {
    const jobs = yield* JobOperator
    const audit = yield* AdminAudit
    const recorded = (action: string) => ({ id, name, queue, tenantId }: JobDetail) =>
      audit.record({ action, subject: `job:${id}`, detail: { name, queue, tenantId } })

    return handlers.handleAll({
      queues: () => jobs.queues,
      search: ({ query: { cursor, limit, ...filter } }) =>
        pageOf(limit, (limit) => jobs.search({ ...filter, limit, ...(cursor === undefined ? {} : { after: cursor }) })),
      get: ({ params }) => jobs.get(params.id).pipe(Effect.mapBoth({ onSuccess: shown, onFailure: notFound })),
      cancel: ({ params }) =>
        jobs.cancel(params.id).pipe(
          Effect.tap(recorded("job.cancelled")),
          Effect.mapBoth({ onSuccess: shown, onFailure: notFound })
        ),
      replay: ({ params }) =>
        jobs.replay(params.id).pipe(
          Effect.tap(recorded("job.replayed")),
          Effect.mapBoth({ onSuccess: shown, onFailure: inProblems })
        ),
      discard: ({ params }) =>
        jobs.discard(params.id).pipe(
          Effect.tap(recorded("job.discarded")),
          Effect.mapBoth({ onSuccess: shown, onFailure: inProblems })
        )
    })
  })
)
