import { assert, describe, it, layer } from "@effect/vitest"
import type { TenantId } from "@innkeeper/config"
import { DateTime, Deferred, Effect, Exit, Fiber, Schedule, Schema, Scope } from "effect"
import { Job } from "./Job.ts"
import { JobQueue } from "./JobQueue.ts"
import { type JobDetail, JobId } from "./JobRecord.ts"
import type { JobHandler } from "./JobRunner.ts"
import { cutSessions, JobsLive, newTenant, reached, startInParts, startStoring, work } from "./Jobs.fixture.ts"
import { Jobs } from "./Jobs.ts"
import type { NewJob } from "./JobStore.ts"
import { JobWorker } from "./JobWorker.ts"
import { PartitionMemory } from "./PartitionMemory.ts"
import { windowSize } from "./ReadyWindow.ts"

const jobOf = (tenant: string, number: number, attempts = 3): NewJob => ({
  tenantId: tenant as TenantId,
  id: JobId.make(`01900000-0000-7000-8000-${String(number).padStart(12, "0")}`),
  queue: "q",
  name: "known",
  priority: "normal",
  attempts,
  key: null,
  payload: "{}",
  wait: 0,
  at: null,
  spread: number,
  traceparent: null
})

const handler = { job: {}, run: () => Effect.never } as unknown as JobHandler
const known = (name: string) => name === "known" ? handler : "unknown" as const

const numbers = (count: number) => Array.from({ length: count }, (_, number) => number)

describe("what the owner of a partition begins as it is stored", () => {
  const make = () => new PartitionMemory({ slots: 4, share: 3, rate: undefined })

  it("is as much as its tenant's share of the slots, and leaves room for others", () => {
    const memory = make()
    const first = memory.begin(numbers(5).map((number) => jobOf("a", number)), 0, known)
    assert.lengthOf(first, 3)
    assert.lengthOf(memory.begin([jobOf("a", 5)], 0, known), 0)
    assert.lengthOf(memory.begin([jobOf("b", 6)], 0, known), 1)
    assert.lengthOf(memory.begin([jobOf("c", 7)], 0, known), 0)
    memory.settle(first, new Set())
    assert.lengthOf(memory.begin([jobOf("c", 8)], 0, known), 1)
  })

  it("runs once it is written, and is forgotten if it is not", () => {
    const memory = make()
    const begun = memory.begin([jobOf("a", 1), jobOf("a", 2)], 0, known)
    assert.deepStrictEqual(memory.nextToRun(), [])
    memory.settle(begun, new Set([begun[0]!]))
    assert.deepStrictEqual(memory.nextToRun().map(({ begun: { id } }) => id), [begun[0]!])
    assert.deepStrictEqual(memory.takeBorn().map(({ attempt, id }) => [attempt, id]), [[1, begun[0]!]])
    assert.deepStrictEqual(memory.takeBorn(), [])
    assert.strictEqual(memory.begun.all.size, 1)
  })

  it("waits behind those of its tenant that wait, and behind another tenant that waits with as few", () => {
    const memory = make()
    const waiting = numbers(windowSize.jobs).map((number) => {
      const { id, name, tenantId } = jobOf("a", number)
      return { id, name, tenantId, bytes: 2, last: false, turn: number }
    })
    memory.window.fill(waiting, windowSize.jobs, waiting)
    assert.lengthOf(memory.begin([jobOf("a", 900)], 0, known), 0)
    memory.window.fill(waiting.slice(0, 9), windowSize.jobs, waiting.slice(0, 9))
    assert.lengthOf(memory.begin([jobOf("a", 900)], 0, known), 0)
    assert.lengthOf(memory.begin([jobOf("b", 901)], 0, known), 1)
  })

  it("is nothing that nobody runs here or whose only attempt it is, and nothing while the owner leaves or is in doubt", () => {
    const memory = make()
    assert.lengthOf(memory.begin([{ ...jobOf("a", 1), name: "strange" }, jobOf("a", 2, 1)], 0, known), 0)
    const begun = memory.begin([jobOf("a", 3)], 0, known)
    memory.settle(begun, undefined)
    assert.isTrue(memory.doubtful)
    assert.strictEqual(memory.begun.all.size, 0)
    assert.lengthOf(memory.begin([jobOf("a", 4)], 0, known), 0)
    memory.doubtful = false
    memory.clearing = true
    assert.lengthOf(memory.begin([jobOf("a", 4)], 0, known), 0)
    memory.clearing = false
    const last = memory.begin([jobOf("a", 4)], 0, known)
    memory.leaving = true
    memory.settle(last, new Set(last))
    assert.strictEqual(memory.begun.all.size, 0)
    assert.lengthOf(memory.begin([jobOf("a", 5)], 0, known), 0)
  })
})

const Text = Schema.Struct({ text: Schema.String })

const textJob = (name: string) =>
  Job.make(name, {
    queue: JobQueue.make(name, { concurrency: 8 }),
    payload: Text,
    success: Schema.String,
    retry: { times: 5, base: "10 millis", cap: "10 millis" }
  })

/** Handlers whose jobs take a little, and how often each job ran. */
const counting = (job: ReturnType<typeof textJob>) => {
  const runs = new Map<string, number>()
  const handlers = JobWorker.layer(job, ({ text }, { id }) =>
    Effect.sync(() => {
      runs.set(id, (runs.get(id) ?? 0) + 1)
      return text
    }).pipe(Effect.delay("3 millis")))
  return { handlers, runs }
}

layer(JobsLive, { excludeTestServices: true })("jobs of the process that runs them", (it) => {
  it.effect("begin as they are stored", () =>
    Effect.gen(function*() {
      const { enqueue, status } = yield* Jobs
      const acme = yield* newTenant
      const Prompt = textJob("born")
      const goOn = yield* Deferred.make<void>()
      yield* work(JobWorker.layer(Prompt, ({ text }) => Effect.as(Deferred.await(goOn), text)))
      const stored = Effect.flatMap(enqueue(Prompt, { text: "x" }), status).pipe(acme.as)
      const isBegun = ({ dueAt, startedAt }: JobDetail) => startedAt !== null && DateTime.Equivalence(dueAt, startedAt)
      // The first one may find the queue without an owner yet.
      const job = yield* Effect.repeat(stored, { until: isBegun, times: 5 })
      assert.isTrue(isBegun(job))
      assert.deepStrictEqual([job.state, job.attempt], ["running", 1])
      yield* Deferred.succeed(goOn, undefined)
    }).pipe(Effect.scoped))

  it.effect("run once each and none is lost, although sessions are cut while they are stored", () =>
    Effect.gen(function*() {
      const { enqueue, search } = yield* Jobs
      const acme = yield* newTenant
      const Cut = textJob("cut-born")
      const { handlers, runs } = counting(Cut)
      yield* work(handlers)
      const asked = yield* Effect.forkChild(Effect.forEach(
        numbers(400),
        (number) =>
          enqueue(Cut, { text: `${number}` }).pipe(
            acme.as,
            Effect.sandbox,
            Effect.retry(Schedule.spaced("20 millis"))
          ),
        { concurrency: 4 }
      ))
      for (let time = 0; asked.pollUnsafe() === undefined; time++) {
        yield* cutSessions
        yield* Effect.sleep("60 millis")
      }
      const ids = yield* Fiber.join(asked)
      yield* Effect.forEach(
        ids,
        (id) => reached(id, "succeeded").pipe(acme.as, Effect.sandbox, Effect.retry({ times: 5 }))
      )
      const open = Effect.all([
        search({ state: "ready" }),
        search({ state: "running" }),
        search({ state: "scheduled" })
      ])
      yield* Effect.repeat(open.pipe(acme.as), {
        until: (found) => found.flat().length === 0,
        schedule: Schedule.spaced("20 millis")
      })
      assert.deepStrictEqual([...runs.values()].filter((times) => times > 1), [])
      assert.isAtLeast(runs.size, 400)
    }).pipe(Effect.scoped))

  it.effect("are given back when it stops while they are stored, and count no attempt", () =>
    Effect.gen(function*() {
      const { search } = yield* Jobs
      const acme = yield* newTenant
      const Stopped = textJob("stopped-born")
      const { handlers, runs } = counting(Stopped)
      const { jobs, scope } = yield* startStoring(handlers)
      const storing = yield* Effect.forkChild(Effect.forEach(
        numbers(2000),
        (number) => jobs.enqueue(Stopped, { text: `${number}` }).pipe(acme.as, Effect.sandbox, Effect.ignore),
        { concurrency: 8, discard: true }
      ))
      yield* Effect.repeat(Effect.sleep("5 millis"), { until: () => runs.size > 50 })
      yield* Scope.close(scope, Exit.void)
      yield* Fiber.interrupt(storing)

      const left = yield* search({ queue: "stopped-born", limit: 2000 }).pipe(acme.as)
      assert.deepStrictEqual(
        left.filter(({ attempt, state }) => state !== "succeeded" && (state !== "ready" || attempt !== 0)),
        []
      )
      yield* work(handlers)
      yield* Effect.forEach(left, ({ id }) => reached(id, "succeeded")).pipe(acme.as)
      assert.deepStrictEqual([...runs.values()].filter((times) => times > 1), [])
      assert.strictEqual(runs.size, left.length)
    }).pipe(Effect.scoped))

  it.effect("begin as they are stored where what stores them was built before what runs them", () =>
    Effect.gen(function*() {
      const acme = yield* newTenant
      const Parts = textJob("born-in-parts")
      const jobs = yield* startInParts(counting(Parts).handlers)
      const stored = Effect.flatMap(jobs.enqueue(Parts, { text: "x" }), jobs.status).pipe(acme.as)
      yield* Effect.repeat(stored, {
        until: ({ dueAt, startedAt }) => startedAt !== null && DateTime.Equivalence(dueAt, startedAt),
        schedule: Schedule.spaced("50 millis")
      })
    }).pipe(Effect.scoped))
})
