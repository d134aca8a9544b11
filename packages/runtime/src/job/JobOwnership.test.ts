import { assert, layer } from "@effect/vitest"
import { OwnerSql, withPlatform, withTenant } from "@innkeeper/database"
import { freePort, waitsForLock } from "@innkeeper/testkit"
import { Clock, Context, DateTime, Deferred, Effect, Exit, Fiber, Layer, Queue, Schedule, Schema, Scope } from "effect"
import { deleteExpired } from "../cluster/Retention.ts"
import { Health } from "../health/Health.ts"
import { Job } from "./Job.ts"
import { postponeUnknown, writeRound } from "./JobAttemptStore.ts"
import { jobHealth } from "./jobHealth.ts"
import { JobOperator } from "./JobOperator.ts"
import { recoverJobs, takeOver } from "./JobPartitionStore.ts"
import { JobQueue } from "./JobQueue.ts"
import type { JobId } from "./JobRecord.ts"
import type { Known } from "./JobRunner.ts"
import { cutSessions, JobsDatabase, newTenant, reached, startProcess } from "./Jobs.fixture.ts"
import { Jobs } from "./Jobs.ts"
import { JobSession } from "./JobSession.ts"
import { JobWorker } from "./JobWorker.ts"
import { PartitionMemory } from "./PartitionMemory.ts"
import { partitionRound } from "./partitionRound.ts"

const Text = Schema.Struct({ text: Schema.String })

/** A type of job, on a queue of one partition if not given. */
const textJob = (name: string, queue = JobQueue.make(name, { concurrency: 4, partitions: 1 })) =>
  Job.make(name, {
    queue,
    payload: Text,
    success: Schema.String,
    retry: { times: 2, base: "10 millis", cap: "10 millis" }
  })

const echo = (job: ReturnType<typeof textJob>) => JobWorker.layer(job, ({ text }) => Effect.succeed(text))

const asPlatform = withPlatform("test")

/** As if a process had begun this attempt and was killed. */
const left = Effect.fnUntraced(function*(id: JobId, attempt: number) {
  const owner = yield* OwnerSql
  yield* owner`UPDATE job SET state = 'running', attempt = ${attempt} WHERE id = ${id}`
})

layer(JobsDatabase, { excludeTestServices: true })("ownership of jobs", (it) => {
  it.effect("takes up what a killed process left running, and counts its attempt", () =>
    Effect.gen(function*() {
      const { enqueueAll } = yield* Jobs
      const owner = yield* OwnerSql
      const acme = yield* newTenant
      const Left = textJob("left")
      const [first, second, last, asked] = yield* enqueueAll(
        Left,
        [{ text: "first" }, { text: "second" }, { text: "last" }, { text: "asked" }]
      ).pipe(acme.as)
      yield* left(first!, 1)
      yield* left(second!, 2)
      yield* left(last!, 3)
      yield* left(asked!, 1)
      yield* owner`UPDATE job SET cancel_requested = true WHERE id = ${asked!}`
      yield* startProcess(
        JobWorker.layer(Left, ({ text }, { attempt }) => Effect.succeed(`${text} ${attempt}`))
      )
      assert.strictEqual((yield* reached(first!, "succeeded").pipe(acme.as)).result, "\"first 2\"")
      const waiting = yield* reached(second!, "scheduled", "succeeded").pipe(acme.as)
      assert.deepStrictEqual([waiting.state, waiting.error], ["scheduled", "The process that ran it ended"])
      assert.strictEqual((yield* reached(last!, "dead").pipe(acme.as)).attempt, 3)
      assert.strictEqual((yield* reached(asked!, "cancelled").pipe(acme.as)).attempt, 1)
    }).pipe(Effect.scoped))

  it.effect("writes nothing of an owner that was replaced while it slept", () =>
    Effect.gen(function*() {
      const { enqueue, status } = yield* Jobs
      const acme = yield* newTenant
      const Frozen = textJob("frozen")
      const [begun, goOn] = [yield* Deferred.make<void>(), yield* Deferred.make<void>()]
      yield* startProcess(JobWorker.layer(Frozen, () =>
        Deferred.succeed(begun, undefined).pipe(Effect.andThen(Deferred.await(goOn)), Effect.as("old"))))
      const id = yield* enqueue(Frozen, { text: "" }).pipe(acme.as)
      yield* Deferred.await(begun)

      const owned = yield* asPlatform(takeOver({ queue: "frozen", partition: 0 }))
      yield* asPlatform(recoverJobs(owned))
      assert.strictEqual((yield* status(id).pipe(acme.as)).state, "ready")
      const taken = yield* asPlatform(writeRound(owned, [], [{ tenantId: acme.id, id, name: "frozen" }]))
      assert.strictEqual(taken?.begun[0]?.attempt, 2)

      yield* Deferred.succeed(goOn, undefined)
      const next = yield* enqueue(Frozen, { text: "" }).pipe(acme.as)
      yield* Effect.sleep("300 millis")
      const job = yield* status(id).pipe(acme.as)
      assert.deepStrictEqual([job.state, job.attempt, job.result], ["running", 2, null])
      assert.strictEqual((yield* status(next).pipe(acme.as)).state, "ready")

      const outcome = { tenantId: acme.id, id, attempt: 2, state: "succeeded", wait: 0, error: null } as const
      const frozen = { ...owned, epoch: owned.epoch - 1 }
      yield* asPlatform(writeRound(frozen, [{ ...outcome, result: "\"old\"" }], []))
      assert.strictEqual((yield* status(id).pipe(acme.as)).state, "running")
      yield* asPlatform(writeRound(owned, [{ ...outcome, result: "\"new\"" }], []))
      assert.strictEqual((yield* status(id).pipe(acme.as)).result, "\"new\"")
    }).pipe(Effect.scoped))

  it.effect("holds no job while a newer owner is just taking over, and begins none afterwards", () =>
    Effect.gen(function*() {
      const owner = yield* OwnerSql
      const { enqueue, status } = yield* Jobs
      const acme = yield* newTenant
      const place = { queue: "taken", partition: 0 }
      const old = yield* asPlatform(takeOver(place))
      const id = yield* enqueue(textJob("taken"), { text: "" }).pipe(acme.as)
      const [taking, release] = [yield* Deferred.make<void>(), yield* Deferred.make<void>()]
      const newer = yield* takeOver(place).pipe(
        Effect.tap(Deferred.succeed(taking, undefined)),
        Effect.tap(Deferred.await(release)),
        asPlatform,
        Effect.forkChild
      )
      yield* Deferred.await(taking)
      const round = yield* Effect.forkChild(asPlatform(writeRound(old, [], [{ tenantId: acme.id, id, name: "taken" }])))
      yield* waitsForLock("WITH held AS MATERIAL")
      yield* owner`SELECT FROM job WHERE id = ${id} FOR UPDATE NOWAIT`
      yield* Deferred.succeed(release, undefined)
      yield* Fiber.join(newer)
      assert.isUndefined(yield* Fiber.join(round))
      assert.strictEqual((yield* status(id).pipe(acme.as)).state, "ready")
    }).pipe(Effect.scoped))

  it.effect("gives back what PostgreSQL begins after the answer to that was lost", () =>
    Effect.gen(function*() {
      const { enqueue } = yield* Jobs
      const acme = yield* newTenant
      const Late = textJob("late")
      const place = { queue: "late", partition: 0 }
      const owned = yield* asPlatform(takeOver(place))
      const id = yield* enqueue(Late, { text: "" }).pipe(acme.as)
      const [writing, commit] = [yield* Deferred.make<void>(), yield* Deferred.make<void>()]
      const lost = yield* writeRound(owned, [], [{ tenantId: acme.id, id, name: "late" }]).pipe(
        Effect.tap(Deferred.succeed(writing, undefined)),
        Effect.tap(Deferred.await(commit)),
        asPlatform,
        Effect.forkChild
      )
      yield* Deferred.await(writing)

      const session = yield* Layer.build(JobSession.layer)
      const memory = new PartitionMemory({ slots: 4, share: 3, rate: undefined })
      const now = yield* Clock.currentTimeMillis
      memory.doubtful = true
      memory.seenAt = now
      const known = (): Known => ({ job: Late, run: () => Effect.never })
      const round = yield* Effect.forkChild(
        partitionRound({ owned, queue: Late.queue, memory, known, now }).pipe(Effect.provideContext(session))
      )
      yield* Effect.raceFirst(waitsForLock("SELECT 1 FROM job_partition"), Fiber.await(round))
      yield* Deferred.succeed(commit, undefined)
      yield* Fiber.join(lost)
      const begun = (yield* Fiber.join(round))?.begun.map(({ attempt, id }) => ({ attempt, id }))
      assert.deepStrictEqual(begun, [{ attempt: 1, id }])
    }).pipe(Effect.scoped))

  it.effect("waits for nobody who holds a job's row, and writes its outcome afterwards", () =>
    Effect.gen(function*() {
      const { cancel, enqueue } = yield* Jobs
      const acme = yield* newTenant
      const Held = textJob("held")
      const [begun, goOn] = [yield* Deferred.make<void>(), yield* Deferred.make<void>()]
      yield* startProcess(JobWorker.layer(Held, ({ text }) =>
        text === "held"
          ? Deferred.succeed(begun, undefined).pipe(Effect.andThen(Deferred.await(goOn)), Effect.as(text))
          : Effect.succeed(text)))
      const held = yield* enqueue(Held, { text: "held" }).pipe(acme.as)
      yield* Deferred.await(begun)

      const [holds, release] = [yield* Deferred.make<void>(), yield* Deferred.make<void>()]
      const holder = yield* cancel(held).pipe(
        Effect.andThen(Deferred.succeed(holds, undefined)),
        Effect.andThen(Deferred.await(release)),
        Effect.andThen(Effect.fail("undo" as const)),
        withTenant,
        acme.as,
        Effect.ignore,
        Effect.forkChild
      )
      yield* Deferred.await(holds)
      yield* Deferred.succeed(goOn, undefined)
      const other = yield* enqueue(Held, { text: "other" }).pipe(acme.as)
      yield* reached(other, "succeeded").pipe(acme.as)
      assert.strictEqual((yield* Effect.flatMap(Jobs, ({ status }) => status(held)).pipe(acme.as)).state, "running")
      yield* Deferred.succeed(release, undefined)
      yield* Fiber.join(holder)
      const job = yield* reached(held, "succeeded").pipe(acme.as)
      assert.isFalse(job.cancelRequested)
    }).pipe(Effect.scoped))

  it.effect("lets running jobs end when the process stops, gives back the others, and counts no such attempt", () =>
    Effect.gen(function*() {
      const { enqueue, status } = yield* Jobs
      const acme = yield* newTenant
      const Stopped = textJob("stopped")
      const begun = yield* Queue.unbounded<string>()
      const first = yield* startProcess(JobWorker.layer(Stopped, ({ text }) =>
        Queue.offer(begun, text).pipe(
          Effect.andThen(text === "short" ? Effect.sleep("200 millis") : Effect.never),
          Effect.as("first")
        )))
      const long = yield* enqueue(Stopped, { text: "long" }).pipe(acme.as)
      const short = yield* enqueue(Stopped, { text: "short" }).pipe(acme.as)
      yield* Effect.replicateEffect(Queue.take(begun), 2)
      yield* Scope.close(first, Exit.void)
      assert.strictEqual((yield* status(short).pipe(acme.as)).result, "\"first\"")
      const back = yield* status(long).pipe(acme.as)
      assert.deepStrictEqual([back.state, back.attempt], ["ready", 0])

      yield* startProcess(JobWorker.layer(Stopped, (_, { attempt }) => Effect.succeed(`second ${attempt}`)))
      assert.strictEqual((yield* reached(long, "succeeded").pipe(acme.as)).result, "\"second 1\"")
    }).pipe(Effect.scoped))

  it.effect(
    "loses no job and runs none twice when two processes share a queue and one of them stops",
    () =>
      Effect.gen(function*() {
        const { enqueueAll, search } = yield* Jobs
        const acme = yield* newTenant
        const Shared = textJob("shared", JobQueue.make("shared", { concurrency: 8, partitions: 8 }))
        const runs = new Map<string, Array<string>>()
        const handler = (process: string) =>
          JobWorker.layer(Shared, ({ text }) =>
            Effect.sync(() => {
              runs.set(text, [...runs.get(text) ?? [], process])
              return text
            }).pipe(Effect.delay("30 millis")))
        const pod = (name: string) =>
          Effect.flatMap(freePort, (port) => startProcess(handler(name), { kind: "cluster", host: "127.0.0.1", port }))
        const a = yield* pod("a")
        yield* pod("b")
        const both = Effect.sync(() => new Set([...runs.values()].flat()).size === 2)
        for (let batch = 0; !(yield* both); batch++) {
          yield* enqueueAll(Shared, Array.from({ length: 16 }, (_, index) => ({ text: `${batch} ${index}` }))).pipe(
            acme.as
          )
          yield* Effect.sleep("200 millis")
        }
        yield* enqueueAll(Shared, Array.from({ length: 400 }, (_, index) => ({ text: `last ${index}` }))).pipe(acme.as)
        yield* Effect.sleep("100 millis")
        yield* Scope.close(a, Exit.void)
        const open = Effect.map(
          Effect.all([search({ state: "ready" }), search({ state: "running" })]).pipe(acme.as),
          (found) => found.flat().length
        )
        yield* Effect.repeat(open, { until: (count) => count === 0, schedule: Schedule.spaced("50 millis") })
        assert.strictEqual([...runs.keys()].filter((text) => text.startsWith("last")).length, 400)
        assert.deepStrictEqual([...runs.values()].filter((processes) => processes.length > 1), [])
      }).pipe(Effect.scoped),
    { timeout: 90_000 }
  )

  it.effect("goes on when the database closes all connections, and records each job once", () =>
    Effect.gen(function*() {
      const { enqueueAll, status } = yield* Jobs
      const acme = yield* newTenant
      const Cut = textJob("cut")
      const runs = new Map<string, number>()
      yield* startProcess(JobWorker.layer(Cut, ({ text }) =>
        Effect.sync(() => {
          runs.set(text, (runs.get(text) ?? 0) + 1)
          return text
        }).pipe(Effect.delay("20 millis"))))
      const texts = (name: string) => Array.from({ length: 60 }, (_, index) => ({ text: `${name} ${index}` }))
      const before = yield* enqueueAll(Cut, texts("before")).pipe(acme.as)
      yield* Effect.sleep("100 millis")
      for (let time = 0; time < 3; time++) {
        yield* cutSessions
        yield* Effect.sleep("100 millis")
      }
      const after = yield* enqueueAll(Cut, texts("after")).pipe(
        acme.as,
        Effect.sandbox,
        Effect.retry(Schedule.spaced("100 millis"))
      )
      const ids = [...before, ...after]
      yield* Effect.forEach(ids, (id) =>
        status(id).pipe(
          acme.as,
          Effect.sandbox,
          Effect.repeat({ until: ({ state }) => state === "succeeded", schedule: Schedule.spaced("20 millis") }),
          Effect.retry(Schedule.spaced("100 millis"))
        ))
      assert.strictEqual(runs.size, 120)
    }).pipe(Effect.scoped))

  it.effect("takes the jobs of partitions that the queue has no more to those it has", () =>
    Effect.gen(function*() {
      const { enqueueAll } = yield* Jobs
      const owner = yield* OwnerSql
      const acme = yield* newTenant
      const wide = yield* startProcess(echo(textJob("narrowed", JobQueue.make("narrowed", { partitions: 8 }))))
      yield* Scope.close(wide, Exit.void)
      yield* asPlatform(takeOver({ queue: "narrowed", partition: 7 }))
      const Narrow = textJob("narrowed", JobQueue.make("narrowed", { partitions: 1 }))
      const ids = yield* enqueueAll(Narrow, Array.from({ length: 20 }, () => ({ text: "" }))).pipe(acme.as)
      const [spread] = yield* owner<{ readonly count: number }>`
        SELECT count(DISTINCT partition)::int AS count FROM job WHERE queue = 'narrowed'`
      assert.isAbove(spread!.count, 1)
      yield* owner`UPDATE job_partition SET seen_at = now() - interval '2 minutes' WHERE queue = 'narrowed'`
      yield* startProcess(echo(Narrow))
      yield* Effect.forEach(ids, (id) => reached(id, "succeeded")).pipe(acme.as)
    }).pipe(Effect.scoped))

  it.effect("keeps jobs that nobody knows, tells of them, and puts them aside after a week", () =>
    Effect.gen(function*() {
      const { enqueue, status } = yield* Jobs
      const owner = yield* OwnerSql
      const acme = yield* newTenant
      const queue = JobQueue.make("mixed", { partitions: 1 })
      const [Known, Unknown] = [textJob("known", queue), textJob("unknown", queue)]
      const id = yield* enqueue(Unknown, { text: "" }).pipe(acme.as)
      const process = yield* startProcess(echo(Known))
      yield* reached(yield* enqueue(Known, { text: "" }).pipe(acme.as), "succeeded").pipe(acme.as)
      assert.strictEqual((yield* status(id).pipe(acme.as)).state, "ready")
      yield* Scope.close(process, Exit.void)

      // What the owner does once its handlers have had their time to register.
      yield* asPlatform(postponeUnknown([{ tenantId: acme.id, id, name: "unknown" }]))
      const waiting = yield* status(id).pipe(acme.as)
      assert.deepStrictEqual([waiting.state, waiting.attempt], ["scheduled", 0])
      assert.strictEqual(waiting.error, "No process runs jobs of this type")
      const health = Context.get(yield* Layer.build(Layer.provideMerge(jobHealth, Health.layer)), Health)
      const { dependencies } = yield* health.report
      assert.deepStrictEqual(dependencies.map(({ name, status }) => [name, status]), [["jobs", "degraded"]])
      assert.include(dependencies[0]!.reason, "nobody knows jobs of type unknown")

      yield* owner`UPDATE job SET state = 'ready', unknown_since = now() - interval '8 days' WHERE id = ${id}`
      yield* asPlatform(postponeUnknown([{ tenantId: acme.id, id, name: "unknown" }]))
      assert.strictEqual((yield* status(id).pipe(acme.as)).state, "dead")
    }).pipe(Effect.scoped))

  it.effect("finds jobs whose notification was lost within about a second", () =>
    Effect.gen(function*() {
      const { enqueue } = yield* Jobs
      const owner = yield* OwnerSql
      const acme = yield* newTenant
      const Lost = textJob("lost")
      const id = yield* enqueue(Lost, { text: "" }, { delay: "1 hour" }).pipe(acme.as)
      yield* startProcess(echo(Lost))
      yield* Effect.sleep("200 millis")
      yield* owner`UPDATE job SET state = 'ready', due_at = now() WHERE id = ${id}`
      yield* reached(id, "succeeded").pipe(acme.as, Effect.timeout("4 seconds"))
    }).pipe(Effect.scoped))

  it.effect("shows the platform all queues, and lets it replay, discard and cancel", () =>
    Effect.gen(function*() {
      const { enqueue, search: own } = yield* Jobs
      const operator = yield* JobOperator
      const [acme, globex] = [yield* newTenant, yield* newTenant]
      const Broken = textJob("broken")
      const ready = yield* enqueue(Broken, { text: "ready" }).pipe(globex.as)
      const [one, two] = [
        yield* enqueue(Broken, { text: "one" }, { key: "k" }).pipe(acme.as),
        yield* enqueue(Broken, { text: "two" }).pipe(acme.as)
      ]
      yield* Effect.flatMap(OwnerSql, (owner) =>
        owner`UPDATE job SET state = 'dead', attempt = 3, finished_at = now() WHERE id IN ${owner.in([one, two])}`)
      const queue = (yield* operator.queues).find(({ queue }) =>
        queue === "broken"
      )!
      assert.deepStrictEqual([queue.ready, queue.running, queue.scheduled, queue.dead], [1, 0, 0, 2])
      assert.isAtLeast(queue.oldestReadySeconds!, 0)
      const dead = yield* operator.search({ state: "dead", queue: "broken" })
      assert.deepStrictEqual(dead.map(({ id, tenantId }) => [id, tenantId]), [[two, acme.id], [one, acme.id]])
      assert.deepStrictEqual((yield* operator.search({ tenantId: globex.id })).map(({ id }) => id), [ready])
      assert.strictEqual((yield* own({}).pipe(globex.as)).length, 1)

      assert.strictEqual((yield* operator.discard(two)).state, "cancelled")
      const again = yield* Effect.flip(operator.replay(two))
      assert.strictEqual(again.message, `Job ${two} is cancelled, not dead`)
      const newer = yield* enqueue(Broken, { text: "newer" }, { key: "k" }).pipe(acme.as)
      const replayed = yield* operator.replay(one)
      assert.deepStrictEqual([replayed.state, replayed.attempt, replayed.key], ["ready", 0, null])
      assert.strictEqual((yield* operator.cancel(newer)).state, "cancelled")
      yield* startProcess(echo(Broken))
      yield* reached(one, "succeeded").pipe(acme.as)
    }).pipe(Effect.scoped))

  it.effect("deletes ended jobs after a week and dead ones after a month, and keeps the others", () =>
    Effect.gen(function*() {
      const { cancel, enqueue, search } = yield* Jobs
      const acme = yield* newTenant
      const Kept = textJob("kept")
      const waits = yield* enqueue(Kept, { text: "waits" }).pipe(acme.as)
      const dead = yield* enqueue(Kept, { text: "dead" }).pipe(acme.as)
      yield* cancel(yield* enqueue(Kept, { text: "ended" }).pipe(acme.as)).pipe(acme.as)
      yield* Effect.flatMap(
        OwnerSql,
        (owner) => owner`UPDATE job SET state = 'dead', finished_at = now() WHERE id = ${dead}`
      )
      const now = yield* DateTime.now
      const left = Effect.map(search({}).pipe(acme.as), (jobs) => jobs.map(({ id }) => id))
      yield* deleteExpired(DateTime.add(now, { days: 6 }))
      assert.strictEqual((yield* left).length, 3)
      yield* deleteExpired(DateTime.add(now, { days: 8 }))
      assert.deepStrictEqual(yield* left, [dead, waits])
      yield* deleteExpired(DateTime.add(now, { days: 31 }))
      assert.deepStrictEqual(yield* left, [waits])
    }))
})
