/** The console's API with one thing of each kind, kept in memory. Tests only. */
import { TenantId } from "@innkeeper/config"
import { Conflict, NotFound } from "@innkeeper/platform/api"
import {
  ActivityEntry,
  ClusterState,
  DeadLetter,
  DeadLetterId,
  JobDetail,
  JobId,
  Pod,
  QueueState,
  ScheduleState,
  Shard,
  WorkflowRun,
  WorkflowRunDetail
} from "@innkeeper/runtime/api"
import { DateTime, Effect, Layer } from "effect"
import { HttpApiBuilder } from "effect/http-api"
import { AdminApi } from "./AdminClient.ts"

const at = DateTime.makeUnsafe("2026-11-21T03:12:09.500Z")
export const tenantId = TenantId.make("00000000-0000-4000-8000-000000000001")
export const letterId = DeadLetterId.make("019a0000-0000-7000-8000-000000000001")
export const jobId = JobId.make("019a0000-0000-7000-8000-000000000004")
export const runId = "5f1c0d"

const pod = (id: string, healthy: boolean) =>
  new Pod({
    id,
    address: `10.0.0.${id}:34431`,
    host: `inn-${id}`,
    version: "1.2.3",
    startedAt: at,
    seenAt: at,
    healthy,
    shards: [1, 2],
    entities: 3,
    cpu: 0.25,
    memoryBytes: 200_000_000
  })

const cluster = HttpApiBuilder.group(AdminApi, "cluster", (handlers) =>
  handlers.handleAll({
    get: () =>
      Effect.succeed(
        new ClusterState({
          at,
          pods: [pod("1", true), pod("2", false)],
          shards: [1, 2, 3].map((number) => new Shard({ number, podId: number < 3 ? "1" : null, locked: number < 3 }))
        })
      ),
    entities: () => Effect.succeed([])
  }))

const schedules = HttpApiBuilder.group(AdminApi, "platformSchedules", (handlers) =>
  handlers.handleAll({
    list: () =>
      Effect.succeed([
        new ScheduleState({
          name: "runtime/retention",
          cron: "0 0 * * * *",
          zone: "UTC",
          nextRunAt: at,
          scheduledFor: at,
          lastRunAt: at,
          lastOutcome: "succeeded",
          lastError: null,
          lastDurationMs: 420,
          lastSuccessAt: at,
          late: true
        })
      ])
  }))

const dead = new DeadLetter({
  id: letterId,
  consumer: "oncall/escalation",
  tenantId,
  eventId: "019a0000-0000-7000-8000-000000000002",
  type: "incident.triggered",
  subject: "019a0000-0000-7000-8000-000000000003",
  payload: { number: 7 },
  happenedAt: at,
  error: "Error: no such policy\n    at step",
  failures: 1,
  at,
  state: "dead",
  settledAt: null
})
let letter = dead

/** Makes the letter `state`, or says why it cannot be decided on. */
const decide = Effect.fnUntraced(function*(id: DeadLetterId, state: DeadLetter["state"]) {
  if (id !== letterId) return yield* new NotFound({ resource: "dead letter" })
  if (letter.state !== "dead") return yield* new Conflict({ detail: `This dead letter is ${letter.state}` })
  letter = new DeadLetter({ ...letter, state })
  return letter
})

const deadLetters = HttpApiBuilder.group(AdminApi, "deadLetters", (handlers) =>
  handlers.handleAll({
    search: ({ query }) => {
      const fits = (query.state === undefined || query.state === letter.state)
        && (query.tenantId === undefined || query.tenantId === letter.tenantId)
        && (query.text === undefined || letter.error.includes(query.text))
      return Effect.succeed({ items: fits ? [letter] : [], nextCursor: null })
    },
    get: ({ params }) =>
      params.id === letterId ? Effect.succeed(letter) : Effect.fail(new NotFound({ resource: "dead letter" })),
    replay: ({ params }) => decide(params.id, "replaying"),
    discard: ({ params }) => decide(params.id, "discarded"),
    replayAll: ({ payload: { consumer, tenantId: tenant } }) =>
      Effect.succeed({ count: consumer === dead.consumer && tenant === dead.tenantId ? 412 : 0 }),
    discardAll: ({ payload: { text = "" } }) => Effect.succeed({ count: dead.error.includes(text) ? 1 : 0 })
  }))

const run = new WorkflowRun({
  id: runId,
  workflow: "oncall/ExpireAcknowledgement",
  tenantId,
  status: "failed",
  startedAt: at,
  finishedAt: at,
  input: { incident: "7" },
  output: null,
  reason: "Nobody answered",
  parent: null,
  retryOf: null
})

const ofRun = <A>(id: string, answer: A) =>
  id === runId ? Effect.succeed(answer) : Effect.fail(new NotFound({ resource: "run" }))

const runs = HttpApiBuilder.group(AdminApi, "workflowRuns", (handlers) =>
  handlers.handleAll({
    search: ({ query }) =>
      Effect.succeed({
        items: query.status === undefined || query.status === run.status ? [run] : [],
        nextCursor: null
      }),
    workflows: () => Effect.succeed(["oncall/ExpireAcknowledgement"]),
    get: ({ params }) =>
      ofRun(
        params.id,
        new WorkflowRunDetail({
          run,
          retries: [],
          history: [
            new ActivityEntry({
              at,
              name: "page",
              endedAt: at,
              attempt: 2,
              outcome: "failed",
              output: null,
              reason: "no answer"
            })
          ]
        })
      ),
    cancel: () => Effect.fail(new Conflict({ detail: "A run that is failed cannot be cancelled" })),
    resume: ({ params }) => ofRun(params.id, undefined),
    retry: ({ params }) => ofRun(params.id, new WorkflowRun({ ...run, id: `${runId}~2`, retryOf: runId }))
  }))

let job = new JobDetail({
  id: jobId,
  tenantId,
  queue: "webhooks",
  name: "webhook.send",
  state: "dead",
  priority: "normal",
  key: null,
  attempt: 10,
  attempts: 10,
  cancelRequested: false,
  progress: 0.5,
  progressText: "sent half",
  error: "Error: 503\n    at send",
  createdAt: at,
  dueAt: at,
  startedAt: at,
  finishedAt: at,
  payload: "{\"to\":\"https://a.example.com\"}",
  result: null
})

/** Makes the job `state` if it is dead. */
const settle = Effect.fnUntraced(function*(id: JobId, state: JobDetail["state"]) {
  if (id !== jobId) return yield* new NotFound({ resource: "job" })
  if (job.state !== "dead") return yield* new Conflict({ detail: `Job ${id} is ${job.state}, not dead` })
  job = new JobDetail({ ...job, state })
  return job
})

/** 250 jobs of the queue `many`. */
const manyJobs = Array.from(
  { length: 250 },
  (_, index) =>
    new JobDetail({
      ...job,
      queue: "many",
      id: JobId.make(`019a0000-0000-7000-8000-${String(index).padStart(12, "0")}`)
    })
)

const jobs = HttpApiBuilder.group(AdminApi, "jobs", (handlers) =>
  handlers.handleAll({
    queues: () =>
      Effect.succeed([
        new QueueState({
          queue: "webhooks",
          scheduled: 4,
          ready: 3,
          running: 2,
          dead: 1,
          oldestReadySeconds: 93,
          endedLastMinute: 120,
          diedLastMinute: 1,
          unknown: 0
        })
      ]),
    search: ({ query }) => {
      if (query.queue === "many") {
        const [start, size] = [manyJobs.findIndex(({ id }) => id === query.cursor) + 1, query.limit ?? 50]
        const items = manyJobs.slice(start, start + size)
        return Effect.succeed({
          items,
          nextCursor: start + size < manyJobs.length ? items.at(-1)?.id ?? null : null
        })
      }
      return Effect.succeed({
        items: (query.state ?? job.state) === job.state && (query.queue ?? job.queue) === job.queue ? [job] : [],
        nextCursor: null
      })
    },
    get: ({ params }) => params.id === jobId ? Effect.succeed(job) : Effect.fail(new NotFound({ resource: "job" })),
    cancel: ({ params }) => params.id === jobId ? Effect.succeed(job) : Effect.fail(new NotFound({ resource: "job" })),
    replay: ({ params }) => settle(params.id, "ready"),
    discard: ({ params }) => settle(params.id, "cancelled")
  }))

export const consoleGroups = Layer.mergeAll(cluster, schedules, deadLetters, runs, jobs)
