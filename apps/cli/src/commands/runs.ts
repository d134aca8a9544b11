import { TenantSlug } from "@innkeeper/config"
import { type HistoryEntry, RunCursor, WorkflowRun, WorkflowRunDetail, WorkflowStatus } from "@innkeeper/runtime/api"
import { Console, Effect, Option, Schema } from "effect"
import { Command, Flag } from "effect/cli"
import { firstOf } from "../firstOf.ts"
import { calling, jsonFlag, limitFlag, printing, tenantIdOf } from "../operator.ts"
import { firstLine, instant, table } from "../table.ts"
import { wordArgument, wordsFlag } from "../words.ts"

const runArgument = wordArgument("id", "Id of a run")

const printRun = printing(WorkflowRun)
const printRuns = printing(Schema.Array(WorkflowRun))
const printDetail = printing(WorkflowRunDetail)

const reportRuns = (runs: ReadonlyArray<WorkflowRun>) =>
  runs.length === 0 ? "No runs." : table([
    { head: "ID", cell: ({ id }) => id },
    { head: "WORKFLOW", cell: ({ workflow }) => workflow },
    { head: "STATUS", cell: ({ status }) => status },
    { head: "STARTED", cell: ({ startedAt }) => instant(startedAt) },
    { head: "FINISHED", cell: ({ finishedAt }) => instant(finishedAt) },
    { head: "REASON", cell: ({ reason }) => firstLine(reason ?? "-", 50) }
  ], runs)

/** What a row of the history says beside its time and its name. */
const outcomeOf = (entry: HistoryEntry): string => {
  switch (entry._tag) {
    case "Activity":
      return `attempt ${entry.attempt}, ${entry.outcome}${entry.reason === null ? "" : `: ${firstLine(entry.reason)}`}`
    case "Timer":
      return `until ${instant(entry.dueAt)}${entry.endedAt === null ? "" : ", over"}`
    case "Signal":
    case "State":
      return firstLine(JSON.stringify(entry.value))
    case "Child":
      return `${entry.status}, run ${entry.id}`
    case "Cancel":
      return ""
  }
}

const reportDetail = ({ history, retries, run }: WorkflowRunDetail) =>
  [
    `Run ${run.id} of ${run.workflow}, ${run.status}`,
    `  tenant    ${run.tenantId ?? "-"}`,
    `  started   ${instant(run.startedAt)}`,
    `  finished  ${instant(run.finishedAt)}`,
    ...(run.parent === null ? [] : [`  parent    ${run.parent.id} of ${run.parent.workflow}`]),
    ...(run.retryOf === null ? [] : [`  retry of  ${run.retryOf}`]),
    ...(retries.length === 0 ? [] : [`  retries   ${retries.join(", ")}`]),
    ...(run.reason === null ? [] : ["", run.reason]),
    "",
    `input   ${JSON.stringify(run.input)}`,
    `output  ${JSON.stringify(run.output)}`,
    ...(history.length === 0 ? [] : [
      "",
      table([
        { head: "AT", cell: ({ at }: HistoryEntry) => instant(at) },
        { head: "WHAT", cell: ({ _tag }) => _tag.toLowerCase() },
        { head: "NAME", cell: (entry) => entry._tag === "Cancel" ? "-" : entry.name },
        { head: "", cell: outcomeOf }
      ], history)
    ])
  ].join("\n")

const list = Command.make(
  "list",
  {
    workflow: wordsFlag("workflow", "Only runs of this workflow"),
    status: Flag.Literals("status", WorkflowStatus.literals).pipe(
      Flag.withDescription("Only runs in this status"),
      Flag.optional
    ),
    tenant: Flag.String("tenant").pipe(
      Flag.withSchema(TenantSlug),
      Flag.withDescription("Only runs of this tenant, by its slug"),
      Flag.optional
    ),
    text: wordsFlag("text", "Only runs whose id or input holds this, at least 3 letters", { least: 3 }),
    limit: limitFlag,
    json: jsonFlag
  },
  ({ json, limit, status, tenant, text, workflow }) =>
    calling(Effect.fnUntraced(function*(client) {
      const tenantId = yield* tenantIdOf(client, tenant)
      const query = {
        ...(tenantId === undefined ? {} : { tenantId }),
        ...Option.match(workflow, { onNone: () => ({}), onSome: (workflow) => ({ workflow }) }),
        ...Option.match(status, { onNone: () => ({}), onSome: (status) => ({ status }) }),
        ...Option.match(text, { onNone: () => ({}), onSome: (text) => ({ text }) })
      }
      const found = yield* firstOf(limit, (limit, cursor) =>
        client.workflowRuns.search({
          query: { ...query, limit, ...cursor !== null && { cursor: RunCursor.make(cursor) } }
        }))
      yield* printRuns(found, json, reportRuns)
    }))
).pipe(Command.withDescription("Runs of workflows, newest first"))

const show = Command.make(
  "show",
  { id: runArgument, json: jsonFlag },
  ({ id, json }) =>
    calling((client) =>
      Effect.flatMap(client.workflowRuns.get({ params: { id } }), (detail) => printDetail(detail, json, reportDetail))
    )
).pipe(Command.withDescription("One run with all that happened in it"))

const cancel = Command.make("cancel", { id: runArgument }, ({ id }) =>
  calling((client) =>
    Effect.andThen(
      client.workflowRuns.cancel({ params: { id } }),
      Console.log("The run was asked to end; show says when it has.")
    )
  )).pipe(Command.withDescription("Ask a run to end, after its compensations"))

const resume = Command.make(
  "resume",
  { id: runArgument },
  ({ id }) =>
    calling((client) => Effect.andThen(client.workflowRuns.resume({ params: { id } }), Console.log("The run goes on.")))
).pipe(Command.withDescription("Let a suspended run go on"))

const retry = Command.make(
  "retry",
  { id: runArgument, json: jsonFlag },
  ({ id, json }) =>
    calling((client) =>
      Effect.flatMap(
        client.workflowRuns.retry({ params: { id } }),
        (run) => printRun(run, json, ({ id }) => `Started anew as ${id}.`)
      )
    )
).pipe(Command.withDescription("Start a failed or cancelled run anew with the same input"))

export const runs = Command.make("runs").pipe(
  Command.withDescription("Runs of workflows"),
  Command.withSubcommands([list, show, cancel, resume, retry])
)
