import { TenantSlug } from "@innkeeper/config"
import { JobDetail, JobId, JobRecord, JobState, QueueState } from "@innkeeper/runtime/api"
import { Effect, Option, Schema } from "effect"
import { Argument, Command, Flag } from "effect/cli"
import { firstOf } from "../firstOf.ts"
import { calling, idArgument, jsonFlag, limitFlag, printing, tenantIdOf } from "../operator.ts"
import { firstLine, instant, length, table } from "../table.ts"
import { wordsFlag } from "../words.ts"

const jobArgument = idArgument.pipe(Argument.withDescription("Id of a job"), Argument.withSchema(JobId))

const printOne = printing(JobDetail)
const printAll = printing(Schema.Array(JobRecord))
const printQueues = printing(Schema.Array(QueueState))

const reportQueues = (queues: ReadonlyArray<QueueState>) =>
  queues.length === 0 ? "No queues." : table([
    { head: "QUEUE", cell: ({ queue }) => queue },
    { head: "READY", cell: ({ ready }) => String(ready), right: true },
    { head: "OLDEST", cell: ({ oldestReadySeconds }) => length(oldestReadySeconds), right: true },
    { head: "RUNNING", cell: ({ running }) => String(running), right: true },
    { head: "SCHEDULED", cell: ({ scheduled }) => String(scheduled), right: true },
    { head: "DEAD", cell: ({ dead }) => String(dead), right: true },
    { head: "ENDED/MIN", cell: ({ endedLastMinute }) => String(endedLastMinute), right: true },
    { head: "UNKNOWN", cell: ({ unknown }) => String(unknown), right: true }
  ], queues)

const reportAll = (jobs: ReadonlyArray<JobRecord>) =>
  jobs.length === 0 ? "No jobs." : table([
    { head: "ID", cell: ({ id }) => id },
    { head: "QUEUE", cell: ({ queue }) => queue },
    { head: "NAME", cell: ({ name }) => name },
    { head: "STATE", cell: ({ state }) => state },
    { head: "ATTEMPT", cell: ({ attempt, attempts }) => `${attempt}/${attempts}`, right: true },
    { head: "DUE", cell: ({ dueAt }) => instant(dueAt) },
    { head: "ERROR", cell: ({ error }) => firstLine(error ?? "-", 50) }
  ], jobs)

const reportOne = (job: JobDetail) =>
  [
    `Job ${job.id}, ${job.state}${job.cancelRequested && job.state === "running" ? ", told to stop" : ""}`,
    `  name      ${job.name} in ${job.queue}, ${job.priority}`,
    `  tenant    ${job.tenantId}`,
    `  key       ${job.key ?? "-"}`,
    `  attempt   ${job.attempt} of ${job.attempts}`,
    ...(job.progress === null ? [] : [`  progress  ${Math.round(job.progress * 100)} % ${job.progressText ?? ""}`]),
    `  created   ${instant(job.createdAt)}`,
    `  due       ${instant(job.dueAt)}`,
    `  started   ${instant(job.startedAt)}`,
    `  finished  ${instant(job.finishedAt)}`,
    ...(job.error === null ? [] : ["", job.error]),
    "",
    `payload  ${job.payload}`,
    `result   ${job.result ?? "-"}`
  ].join("\n")

const queues = Command.make(
  "queues",
  { json: jsonFlag },
  ({ json }) =>
    calling((client) => Effect.tap(client.jobs.queues(), (queues) => printQueues(queues, json, reportQueues)))
).pipe(Command.withDescription("Every queue: what waits, for how long, what runs, what is dead"))

const list = Command.make(
  "list",
  {
    queue: wordsFlag("queue", "Only jobs of this queue"),
    name: wordsFlag("name", "Only jobs of this type"),
    state: Flag.Literals("state", JobState.literals).pipe(
      Flag.withDescription("Only jobs in this state"),
      Flag.optional
    ),
    tenant: Flag.String("tenant").pipe(
      Flag.withSchema(TenantSlug),
      Flag.withDescription("Only jobs of this tenant, by its slug"),
      Flag.optional
    ),
    limit: limitFlag,
    json: jsonFlag
  },
  ({ json, limit, name, queue, state, tenant }) =>
    calling(Effect.fnUntraced(function*(client) {
      const tenantId = yield* tenantIdOf(client, tenant)
      const query = {
        ...(tenantId === undefined ? {} : { tenantId }),
        ...Option.match(queue, { onNone: () => ({}), onSome: (queue) => ({ queue }) }),
        ...Option.match(name, { onNone: () => ({}), onSome: (name) => ({ name }) }),
        ...Option.match(state, { onNone: () => ({}), onSome: (state) => ({ state }) })
      }
      const found = yield* firstOf(limit, (limit, cursor) =>
        client.jobs.search({ query: { ...query, limit, ...cursor !== null && { cursor: JobId.make(cursor) } } }))
      yield* printAll(found, json, reportAll)
    }))
).pipe(Command.withDescription("Jobs of all tenants, newest first"))

const show = Command.make(
  "show",
  { id: jobArgument, json: jsonFlag },
  ({ id, json }) =>
    calling((client) => Effect.flatMap(client.jobs.get({ params: { id } }), (job) => printOne(job, json, reportOne)))
).pipe(
  Command.withDescription("One job with its payload and its result")
)

const cancel = Command.make(
  "cancel",
  { id: jobArgument, json: jsonFlag },
  ({ id, json }) =>
    calling((client) =>
      Effect.flatMap(
        client.jobs.cancel({ params: { id } }),
        (job) =>
          printOne(
            job,
            json,
            ({ state }) =>
              state === "running" ? "The job was told to stop; show says when it has." : `The job is ${state}.`
          )
      )
    )
).pipe(Command.withDescription("End a job: one that waits at once, one that runs as soon as it lets itself be"))

const replay = Command.make(
  "replay",
  { id: jobArgument, json: jsonFlag },
  ({ id, json }) =>
    calling((client) =>
      Effect.flatMap(
        client.jobs.replay({ params: { id } }),
        (job) => printOne(job, json, () => "The job runs again, with all its attempts before it.")
      )
    )
).pipe(Command.withDescription("Run a dead job again"))

const discard = Command.make(
  "discard",
  { id: jobArgument, json: jsonFlag },
  ({ id, json }) =>
    calling((client) =>
      Effect.flatMap(client.jobs.discard({ params: { id } }), (job) => printOne(job, json, () => "Discarded."))
    )
).pipe(Command.withDescription("Let go of a dead job"))

export const jobs = Command.make("jobs").pipe(
  Command.withDescription("Background jobs and their queues"),
  Command.withSubcommands([queues, list, show, cancel, replay, discard])
)
