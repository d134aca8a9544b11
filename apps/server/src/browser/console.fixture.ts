/** The console in a browser, and answers of its API that no fresh server gives. Tests only. */
import { Effect } from "effect"
import type { BrowserContext, BrowserContextOptions, Page } from "playwright-core"
import { Server } from "../e2e/server.fixture.ts"
import { livesInTrouble, tenantsAsked } from "./lifecycle.fixture.ts"
import { openContext, openPage, step } from "./page.fixture.ts"

/** Enters the console with a session that was opened elsewhere. */
const enterConsole = Effect.fnUntraced(function*(context: BrowserContext) {
  const server = yield* Server
  const answer = yield* server.call("POST", "/api/v1/admin/session", { json: { token: server.adminToken } })
  const [name = "", value = ""] = (answer.headers["set-cookie"]?.[0]?.split(";")[0] ?? "").split("=")
  const { hostname } = new URL(server.url)
  yield* step(
    context.addCookies([{ name, value, domain: hostname, path: "/api/v1/admin", httpOnly: true, sameSite: "Strict" }])
  )
})

/** A page in a profile of its own, with the console's session. */
export const openConsole = Effect.fnUntraced(function*(options?: BrowserContextOptions) {
  const context = yield* openContext(options)
  yield* enterConsole(context)
  return yield* openPage(context)
})

const at = "2026-11-21T03:12:09.500Z"
const tenantId = "00000000-0000-4000-8000-000000000001"
export const jobId = "019a0000-0000-7000-8000-000000000004"
export const letterId = "019a0000-0000-7000-8000-000000000001"
export const runId = "5f1c0d"
const long = "availability_of_every_room_in_all_inns_is_answered_by_the_replica_that_has_no_index "

const job = {
  id: jobId,
  tenantId,
  queue: "webhooks",
  name: "webhook.send",
  state: "dead",
  priority: "normal",
  key: long,
  attempt: 10,
  attempts: 10,
  cancelRequested: false,
  progress: 0.5,
  progressText: "sent half",
  error: `Error: ${long.repeat(3)}\n    at send`,
  createdAt: at,
  dueAt: at,
  startedAt: at,
  finishedAt: at
}

const letter = {
  id: letterId,
  consumer: "oncall/escalation",
  tenantId,
  eventId: "019a0000-0000-7000-8000-000000000002",
  type: "incident.triggered",
  subject: "019a0000-0000-7000-8000-000000000003",
  payload: { title: long.repeat(3) },
  happenedAt: at,
  error: `Error: ${long.repeat(3)}\n    at step`,
  failures: 2,
  at,
  state: "dead",
  settledAt: null
}

export const run = {
  id: runId,
  workflow: "travel/Book",
  tenantId,
  status: "failed",
  startedAt: at,
  finishedAt: "2026-11-21T03:14:09.500Z",
  input: { guest: long, token: "[redacted]" },
  output: null,
  reason: `Error: ${long}`,
  parent: { workflow: "travel/Trip", id: "0d1f" },
  retryOf: null
}

const history = [
  { _tag: "Activity", at, name: "charge", endedAt: at, attempt: 2, outcome: "failed", output: null, reason: long },
  { _tag: "Activity", at, name: "reserve", endedAt: at, attempt: 1, outcome: "succeeded", output: 7, reason: null },
  { _tag: "Timer", at, name: "wait", endedAt: null, dueAt: at },
  { _tag: "Signal", at, name: "confirmed", value: true },
  { _tag: "State", at, name: "seats", value: [12, 13] },
  { _tag: "Child", at, name: "travel/Ticket", endedAt: at, id: "77aa", status: "cancelled" },
  { _tag: "Cancel", at }
]

const pod = (id: string, healthy: boolean, shards: ReadonlyArray<number>) => ({
  id,
  address: `10.0.0.${id}:34431`,
  host: `inn-${id}`,
  version: "1.2.3",
  startedAt: `2026-11-2${id}T03:12:09.500Z`,
  seenAt: at,
  healthy,
  shards,
  entities: 12_000,
  cpu: 0.31,
  memoryBytes: 412_000_000
})

const numbers = Array.from({ length: 64 }, (_, index) => index + 1)

/** What the console is told, by the path behind `/api/v1/admin/`, when much has gone wrong. */
const troubles: Readonly<Record<string, unknown>> = {
  ...livesInTrouble,
  "cluster": {
    at,
    pods: [
      pod("1", true, numbers.filter((number) => number % 3 === 0)),
      pod("2", true, numbers.filter((number) => number % 3 === 1)),
      pod("3", false, [])
    ],
    shards: numbers.map((number) => ({
      number,
      podId: number % 3 === 0 ? "1" : number % 3 === 1 ? "2" : null,
      locked: number % 3 !== 2
    }))
  },
  "cluster/entities": [{ type: `Workflow/${long}`, waiting: 3, later: 2, entities: 5, oldestSeconds: 4000 }],
  "queues": [{
    queue: "webhooks",
    scheduled: 4,
    ready: 12_408,
    running: 16,
    dead: 3,
    oldestReadySeconds: 93.4,
    endedLastMinute: 1204,
    diedLastMinute: 2,
    unknown: 1
  }],
  "jobs": { items: [job], nextCursor: jobId },
  [`jobs/${jobId}`]: { ...job, payload: `{"to":"${long.trim()}"}`, result: null },
  "dead-letters": { items: [letter], nextCursor: null },
  [`dead-letters/${letterId}`]: letter,
  "consumers": [{
    name: "oncall/escalation",
    types: ["incident.triggered", "incident.acknowledged"],
    waiting: 10_000,
    lagSeconds: 7384,
    deadLetters: 1,
    lastSeenAt: at,
    runner: "inn-1:4711"
  }],
  "schedules": [{
    name: "runtime/retention",
    cron: "0 0 * * * *",
    zone: "Europe/Zurich",
    nextRunAt: at,
    scheduledFor: at,
    lastRunAt: at,
    lastOutcome: "failed",
    lastError: `Error: ${long}`,
    lastDurationMs: 4200,
    lastSuccessAt: null,
    late: true
  }],
  "runs": { items: [run], nextCursor: null },
  "workflows": ["travel/Book"],
  [`runs/${runId}`]: { run, history, retries: [`${runId}~2`] },
  "audit": {
    items: [{
      id: "019a0000-0000-7000-8000-000000000009",
      at,
      actor: { kind: "token", sessionId: null },
      action: "job.replayed",
      subject: `job:${jobId}`,
      detail: { name: "webhook.send" },
      ip: "10.0.0.9",
      requestId: "r-1"
    }],
    nextCursor: null
  }
}

/** Of numbered lines, those after the number that is asked for; anything else as it is. */
const asAsked = (json: unknown, after: string | null) =>
  after === null || !Array.isArray(json) ? json : json.filter(({ number }) => number > Number(after))

/** From now on the page is told of troubles, whatever the server says. */
export const withTroubles = (page: Page) =>
  step(page.route("**/api/v1/admin/**", (route) => {
    const { pathname, searchParams } = new URL(route.request().url())
    const path = pathname.replace("/api/v1/admin/", "")
    const isKnown = route.request().method() === "GET" || path.endsWith("/plan")
    const told = path === "lifecycle" ? tenantsAsked(searchParams) : troubles[path]
    const json = isKnown ? asAsked(told, searchParams.get("after")) : undefined
    return json === undefined ? route.continue() : route.fulfill({ json })
  }))
