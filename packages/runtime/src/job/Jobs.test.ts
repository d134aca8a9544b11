import { assert, layer } from "@effect/vitest"
import { CurrentTenant, OwnerSql, withTenant } from "@innkeeper/database"
import { DateTime, Deferred, Duration, Effect, Exit, Queue, Schedule, Schema } from "effect"
import { Job } from "./Job.ts"
import { JobGivenUp } from "./JobAttempt.ts"
import { JobQueue } from "./JobQueue.ts"
import { JobId } from "./JobRecord.ts"
import { JobsLive, newTenant, reached, work } from "./Jobs.fixture.ts"
import { Jobs } from "./Jobs.ts"
import { JobWorker } from "./JobWorker.ts"

const Text = Schema.Struct({ text: Schema.String })

/** A type of job on a queue of its own. */
const textJob = (
  name: string,
  options: Partial<Parameters<typeof Job.make<typeof Text, typeof Schema.String>>[1]> = {}
) => Job.make(name, { queue: name, payload: Text, success: Schema.String, ...options })

const soon = { times: 3, base: "10 millis", cap: "20 millis" } as const

layer(JobsLive, { excludeTestServices: true })("jobs", (it) => {
  it.effect("runs a job as its tenant and keeps its result", () =>
    Effect.gen(function*() {
      const { enqueue } = yield* Jobs
      const acme = yield* newTenant
      const Greet = textJob("greet")
      yield* work(
        JobWorker.layer(Greet, ({ text }) => Effect.map(CurrentTenant, ({ id }) => `Hello ${text} of ${id}`))
      )
      const id = yield* enqueue(Greet, { text: "Ada" }).pipe(acme.as)
      const job = yield* reached(id, "succeeded").pipe(acme.as)
      assert.deepStrictEqual([job.result, job.attempt, job.progress], [`"Hello Ada of ${acme.id}"`, 1, 1])
    }).pipe(Effect.scoped))

  it.effect("makes no job of a transaction that is rolled back", () =>
    Effect.gen(function*() {
      const { enqueue } = yield* Jobs
      const acme = yield* newTenant
      const Undone = textJob("undone")
      const ran = yield* Queue.unbounded<string>()
      yield* work(JobWorker.layer(Undone, ({ text }) => Effect.as(Queue.offer(ran, text), "")))
      yield* enqueue(Undone, { text: "undone" }).pipe(
        Effect.andThen(Effect.fail("undo" as const)),
        withTenant,
        acme.as,
        Effect.ignore
      )
      yield* enqueue(Undone, { text: "done" }).pipe(acme.as)
      assert.strictEqual(yield* Queue.take(ran), "done")
      yield* Effect.sleep("50 millis")
      assert.strictEqual(yield* Queue.size(ran), 0)
    }).pipe(Effect.scoped))

  it.effect("begins a job as soon as it is committed, and not at the next look", () =>
    Effect.gen(function*() {
      const { enqueue } = yield* Jobs
      const acme = yield* newTenant
      const Prompt = textJob("prompt")
      const ran = yield* Queue.unbounded<string>()
      yield* work(JobWorker.layer(Prompt, ({ text }) => Effect.as(Queue.offer(ran, text), "")))
      const [took] = yield* Effect.timed(Effect.replicateEffect(
        Effect.andThen(enqueue(Prompt, { text: "" }).pipe(acme.as), Queue.take(ran)),
        8
      ))
      assert.isBelow(Duration.toMillis(took), 4000)
    }).pipe(Effect.scoped))

  it.effect("hides one tenant's jobs from another, which can neither see nor cancel them", () =>
    Effect.gen(function*() {
      const { cancel, enqueue, search, status } = yield* Jobs
      const [acme, globex] = [yield* newTenant, yield* newTenant]
      const id = yield* enqueue(textJob("hidden"), { text: "a" }).pipe(acme.as)
      assert.strictEqual((yield* Effect.flip(status(id)).pipe(globex.as))._tag, "JobNotFound")
      assert.strictEqual((yield* Effect.flip(cancel(id)).pipe(globex.as))._tag, "JobNotFound")
      assert.deepStrictEqual(yield* search({}).pipe(globex.as), [])
      assert.strictEqual((yield* status(id).pipe(acme.as)).state, "ready")
    }))

  it.effect("keeps apart what tenants ask for at the same time, and fails only the one that is gone", () =>
    Effect.gen(function*() {
      const { enqueue, search } = yield* Jobs
      const [acme, globex, gone] = [yield* newTenant, yield* newTenant, yield* newTenant]
      const owner = yield* OwnerSql
      yield* owner`DELETE FROM tenant WHERE id = ${gone.id}`
      const Apart = textJob("apart")
      const ask = (text: string, { as }: typeof acme) => Effect.exit(enqueue(Apart, { text }).pipe(as))
      const exits = yield* Effect.all([ask("a", acme), ask("g", globex), ask("x", gone), ask("b", acme)], {
        concurrency: "unbounded"
      })
      assert.deepStrictEqual(exits.map(Exit.isSuccess), [true, true, false, true])
      const idsOf = ({ as }: typeof acme) => Effect.map(search({}).pipe(as), (jobs) => jobs.map(({ id }) => id).sort())
      const [a, g, , b] = exits.map((exit) => Exit.isSuccess(exit) ? exit.value : "")
      assert.deepStrictEqual(yield* idsOf(acme), [a, b].sort())
      assert.deepStrictEqual(yield* idsOf(globex), [g])
    }))

  it.effect("gives the same key the same job while it is unfinished, of each tenant its own", () =>
    Effect.gen(function*() {
      const { enqueue, enqueueAll } = yield* Jobs
      const [acme, globex] = [yield* newTenant, yield* newTenant]
      const Once = textJob("once")
      const ids = yield* Effect.all(
        Array.from({ length: 10 }, () => enqueue(Once, { text: "a" }, { key: "k" }).pipe(acme.as)),
        { concurrency: 10 }
      )
      assert.strictEqual(new Set(ids).size, 1)
      const many = yield* enqueueAll(Once, [{ text: "k" }, { text: "l" }, { text: "l" }], { key: ({ text }) => text })
        .pipe(acme.as)
      assert.strictEqual(many[0], ids[0])
      assert.strictEqual(many[1], many[2])
      assert.notStrictEqual(many[1], many[0])
      assert.notStrictEqual(yield* enqueue(Once, { text: "a" }, { key: "k" }).pipe(globex.as), ids[0])

      yield* work(JobWorker.layer(Once, ({ text }) => Effect.succeed(text)))
      yield* reached(ids[0]!, "succeeded").pipe(acme.as)
      assert.notStrictEqual(yield* enqueue(Once, { text: "a" }, { key: "k" }).pipe(acme.as), ids[0])
    }).pipe(Effect.scoped))

  it.effect("waits for the time a job was given, and not much longer", () =>
    Effect.gen(function*() {
      const { enqueue, status } = yield* Jobs
      const acme = yield* newTenant
      const Later = textJob("later")
      const ran = yield* Queue.unbounded<string>()
      yield* work(JobWorker.layer(Later, ({ text }) => Effect.as(Queue.offer(ran, text), "")))
      const at = DateTime.add(yield* DateTime.now, { milliseconds: 900 })
      const last = yield* enqueue(Later, { text: "at" }, { at }).pipe(acme.as)
      yield* enqueue(Later, { text: "delay" }, { delay: "300 millis" }).pipe(acme.as)
      yield* enqueue(Later, { text: "now" }).pipe(acme.as)
      assert.strictEqual((yield* status(last).pipe(acme.as)).state, "scheduled")
      assert.deepStrictEqual(yield* Effect.replicateEffect(Queue.take(ran), 3), ["now", "delay", "at"])
      const { dueAt, startedAt } = yield* reached(last, "succeeded").pipe(acme.as)
      const late = startedAt!.epochMilliseconds - dueAt.epochMilliseconds
      assert.isAtLeast(late, 0)
      assert.isBelow(late, 500)
    }).pipe(Effect.scoped))

  it.effect("tries a failed job again under the same key, and puts it aside after the last try", () =>
    Effect.gen(function*() {
      const { enqueue } = yield* Jobs
      const acme = yield* newTenant
      const Flaky = textJob("flaky", { retry: soon })
      const keys: Array<string> = []
      yield* work(JobWorker.layer(Flaky, ({ text }, { attempt, idempotencyKey }) => {
        keys.push(idempotencyKey)
        return text === "always" || attempt < 3 ? Effect.fail(`failure ${attempt}`) : Effect.succeed("at last")
      }))
      const twice = yield* enqueue(Flaky, { text: "twice" }).pipe(acme.as)
      const { attempt, result } = yield* reached(twice, "succeeded", "dead").pipe(acme.as)
      assert.deepStrictEqual([attempt, result], [3, "\"at last\""])
      assert.deepStrictEqual(keys, [twice, twice, twice])

      const always = yield* enqueue(Flaky, { text: "always" }).pipe(acme.as)
      const dead = yield* reached(always, "dead").pipe(acme.as)
      assert.strictEqual(dead.attempt, 4)
      assert.include(dead.error, "failure 4")
    }).pipe(Effect.scoped))

  it.effect("does not try again what was given up, and counts a defect as a failure", () =>
    Effect.gen(function*() {
      const { enqueue } = yield* Jobs
      const acme = yield* newTenant
      const Bad = textJob("bad", { retry: { delays: ["5 millis"] } })
      yield* work(JobWorker.layer(Bad, ({ text }) =>
        text === "gone" ? Effect.fail(new JobGivenUp({ reason: "410 Gone" })) : Effect.die(`zero \0 byte ${text}`)))
      const gone = yield* reached(yield* enqueue(Bad, { text: "gone" }).pipe(acme.as), "dead").pipe(acme.as)
      assert.deepStrictEqual([gone.attempt, gone.error], [1, "410 Gone"])
      const defect = yield* reached(yield* enqueue(Bad, { text: "x" }).pipe(acme.as), "dead").pipe(acme.as)
      assert.strictEqual(defect.attempt, 2)
      assert.include(defect.error, "zero  byte x")
    }).pipe(Effect.scoped))

  it.effect("ends an attempt that takes too long, also one that does not let itself be interrupted", () =>
    Effect.gen(function*() {
      const { enqueue } = yield* Jobs
      const acme = yield* newTenant
      const queue = JobQueue.make("slow", { concurrency: 1 })
      const Slow = textJob("slow", { queue, timeout: "50 millis", retry: { delays: [] } })
      yield* work(
        JobWorker.layer(
          Slow,
          ({ text }) => text === "hangs" ? Effect.uninterruptible(Effect.never) : Effect.succeed(text)
        )
      )
      const hangs = yield* enqueue(Slow, { text: "hangs" }).pipe(acme.as)
      const next = yield* enqueue(Slow, { text: "next" }).pipe(acme.as)
      assert.include((yield* reached(hangs, "dead").pipe(acme.as)).error, "It took longer than 50ms")
      yield* reached(next, "succeeded").pipe(acme.as)
    }).pipe(Effect.scoped))

  it.effect("ends each attempt at its own time, also beside one that may take longer", () =>
    Effect.gen(function*() {
      const { enqueue } = yield* Jobs
      const acme = yield* newTenant
      const queue = JobQueue.make("times", { concurrency: 4, partitions: 1 })
      const begun = yield* Deferred.make<void>()
      const Patient = textJob("patient", { queue, timeout: "1 hour", retry: { delays: [] } })
      const Hasty = textJob("hasty", { queue, timeout: "50 millis", retry: { delays: [] } })
      yield* work(JobWorker.layer(Patient, () => Effect.andThen(Deferred.succeed(begun, undefined), Effect.never)))
      yield* work(JobWorker.layer(Hasty, () => Effect.never))
      const patient = yield* enqueue(Patient, { text: "" }).pipe(acme.as)
      yield* Deferred.await(begun)
      const hasty = yield* enqueue(Hasty, { text: "" }).pipe(acme.as)
      assert.include((yield* reached(hasty, "dead").pipe(acme.as)).error, "It took longer than 50ms")
      assert.strictEqual((yield* Effect.flatMap(Jobs, ({ status }) => status(patient)).pipe(acme.as)).state, "running")
    }).pipe(Effect.scoped))

  it.effect("cancels a job that waits at once, and interrupts one that runs", () =>
    Effect.gen(function*() {
      const { cancel, enqueue } = yield* Jobs
      const acme = yield* newTenant
      const Hang = textJob("hang")
      const begun = yield* Deferred.make<void>()
      const interrupted = yield* Deferred.make<void>()
      yield* work(JobWorker.layer(Hang, ({ text }) =>
        text === "fast" ? Effect.succeed(text) : Deferred.succeed(begun, undefined).pipe(
          Effect.andThen(Effect.never),
          Effect.onInterrupt(() =>
            Deferred.succeed(interrupted, undefined)
          )
        )))
      const waiting = yield* enqueue(Hang, { text: "later" }, { delay: "1 hour" }).pipe(acme.as)
      assert.strictEqual((yield* cancel(waiting).pipe(acme.as)).state, "cancelled")

      const running = yield* enqueue(Hang, { text: "now" }).pipe(acme.as)
      yield* Deferred.await(begun)
      const asked = yield* cancel(running).pipe(acme.as)
      assert.isTrue(asked.cancelRequested)
      yield* Deferred.await(interrupted)
      yield* reached(running, "cancelled").pipe(acme.as, Effect.timeout("1 second"))

      const done = yield* enqueue(Hang, { text: "fast" }).pipe(acme.as)
      yield* reached(done, "succeeded").pipe(acme.as)
      assert.strictEqual((yield* cancel(done).pipe(acme.as)).state, "succeeded")
      const none = JobId.make("00000000-0000-7000-8000-000000000000")
      assert.strictEqual((yield* Effect.flip(cancel(none)).pipe(acme.as))._tag, "JobNotFound")
    }).pipe(Effect.scoped))

  it.effect("shows how far a job is", () =>
    Effect.gen(function*() {
      const { enqueue, status } = yield* Jobs
      const acme = yield* newTenant
      const Steps = textJob("steps")
      const goOn = yield* Deferred.make<void>()
      yield* work(JobWorker.layer(Steps, (_, { progress }) =>
        progress(0.1).pipe(
          Effect.andThen(progress(0.4, "4 of 10")),
          Effect.andThen(Deferred.await(goOn)),
          Effect.as("")
        )))
      const id = yield* enqueue(Steps, { text: "" }).pipe(acme.as)
      const job = yield* status(id).pipe(
        acme.as,
        Effect.repeat({ until: ({ progress }) => progress !== null, schedule: Schedule.spaced("20 millis") })
      )
      assert.deepStrictEqual([job.state, job.progress, job.progressText], ["running", 0.4, "4 of 10"])
      yield* Deferred.succeed(goOn, undefined)
      yield* reached(id, "succeeded").pipe(acme.as)
    }).pipe(Effect.scoped))

  it.effect("shows what a job tells while what it told before is written", () =>
    Effect.gen(function*() {
      const { enqueue, status } = yield* Jobs
      const acme = yield* newTenant
      const owner = yield* OwnerSql
      const Steps = textJob("steps-meanwhile")
      const [speak, goOn, unlock] = [
        yield* Deferred.make<void>(),
        yield* Deferred.make<void>(),
        yield* Deferred.make<void>()
      ]
      yield* work(JobWorker.layer(Steps, (_, { progress }) =>
        Deferred.await(speak).pipe(
          Effect.andThen(progress(0.4)),
          Effect.andThen(Deferred.await(goOn)),
          Effect.andThen(progress(0.9)),
          Effect.andThen(Effect.never)
        )))
      const id = yield* enqueue(Steps, { text: "" }).pipe(acme.as)
      yield* reached(id, "running").pipe(acme.as)
      yield* Effect.forkScoped(owner.withTransaction(Effect.gen(function*() {
        yield* owner`LOCK TABLE job IN SHARE MODE`
        yield* Deferred.succeed(speak, undefined)
        yield* Deferred.await(unlock)
      })))
      const writing = owner`
        SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%UPDATE job SET progress =%'`
      yield* Effect.repeat(writing, { until: (rows) => rows.length > 0, schedule: Schedule.spaced("10 millis") })
      yield* Deferred.succeed(goOn, undefined)
      yield* Effect.sleep("50 millis")
      yield* Deferred.succeed(unlock, undefined)
      yield* status(id).pipe(
        acme.as,
        Effect.repeat({ until: ({ progress }) => progress === 0.9, schedule: Schedule.spaced("20 millis") })
      )
    }).pipe(Effect.scoped))

  it.effect("refuses what is too large or does not fit, and takes whatever JSON can say", () =>
    Effect.gen(function*() {
      const { enqueue, search } = yield* Jobs
      const acme = yield* newTenant
      const Short = Job.make("short", {
        queue: "short",
        payload: Schema.Struct({ text: Schema.String.check(Schema.isMaxLength(3)) }),
        success: Schema.String
      })
      const unfit = yield* Effect.flip(enqueue(Short, { text: "four" }).pipe(acme.as))
      assert.include(unfit.message, "short was not taken: its payload does not fit")
      const Large = textJob("large")
      const large = yield* Effect.flip(enqueue(Large, { text: "x".repeat(10 * 1024 * 1024) }).pipe(acme.as))
      assert.include(large.message, "its payload has 10485771 bytes, and 1048576 are the most")
      const key = yield* Effect.flip(enqueue(Large, { text: "" }, { key: "\0" }).pipe(acme.as))
      assert.include(key.message, "its key is not a text")
      assert.deepStrictEqual(yield* search({}).pipe(acme.as), [])

      yield* work(JobWorker.layer(Large, ({ text }) => Effect.succeed(text)))
      const strange = "\0 \ud800 \\u0000 😀"
      const id = yield* enqueue(Large, { text: strange }).pipe(acme.as)
      assert.strictEqual((yield* reached(id, "succeeded").pipe(acme.as)).result, JSON.stringify(strange))
    }).pipe(Effect.scoped))

  it.effect("puts a payload aside that does not fit, and goes on with the others", () =>
    Effect.gen(function*() {
      const { enqueue } = yield* Jobs
      const acme = yield* newTenant
      const queue = JobQueue.make("poison", { concurrency: 1 })
      const Old = Job.make("poison", {
        queue,
        payload: Schema.Struct({ count: Schema.Finite }),
        success: Schema.String
      })
      const New = textJob("poison", { queue })
      const old = yield* enqueue(Old, { count: 1 }).pipe(acme.as)
      const next = yield* enqueue(New, { text: "next" }).pipe(acme.as)
      yield* work(JobWorker.layer(New, ({ text }) => Effect.succeed(text)))
      yield* reached(next, "succeeded").pipe(acme.as)
      const dead = yield* reached(old, "dead").pipe(acme.as)
      assert.strictEqual(dead.attempt, 1)
      assert.include(dead.error, "The payload does not fit")
    }).pipe(Effect.scoped))

  it.effect("puts a result aside that is too large to keep", () =>
    Effect.gen(function*() {
      const { enqueue } = yield* Jobs
      const acme = yield* newTenant
      const Verbose = textJob("verbose")
      yield* work(JobWorker.layer(Verbose, () => Effect.succeed("x".repeat(2_000_000))))
      const dead = yield* reached(yield* enqueue(Verbose, { text: "" }).pipe(acme.as), "dead").pipe(acme.as)
      assert.include(dead.error, "It succeeded, but its result has 2000002 bytes")
    }).pipe(Effect.scoped))

  it.effect("begins a tenant's jobs by priority, and an old low one before a young high one", () =>
    Effect.gen(function*() {
      const { enqueue } = yield* Jobs
      const acme = yield* newTenant
      const owner = yield* OwnerSql
      const Ranked = textJob("ranked", { queue: JobQueue.make("ranked", { concurrency: 1 }) })
      for (const priority of ["low", "normal", "high"] as const) {
        yield* enqueue(Ranked, { text: priority }, { priority }).pipe(acme.as)
      }
      const old = yield* enqueue(Ranked, { text: "old low" }, { priority: "low" }).pipe(acme.as)
      yield* owner`
        UPDATE job SET due_at = due_at - interval '12 minutes', turn = turn - interval '12 minutes' WHERE id = ${old}`
      const ran = yield* Queue.unbounded<string>()
      yield* work(JobWorker.layer(Ranked, ({ text }) => Effect.as(Queue.offer(ran, text), "")))
      assert.deepStrictEqual(yield* Effect.replicateEffect(Queue.take(ran), 4), ["old low", "high", "normal", "low"])
    }).pipe(Effect.scoped))

  it.effect("lets no tenant take all slots, and gives the next one to a tenant that has none", () =>
    Effect.gen(function*() {
      const { enqueue, enqueueAll } = yield* Jobs
      const [acme, globex] = [yield* newTenant, yield* newTenant]
      const Long = textJob("long", { queue: JobQueue.make("long", { concurrency: 4, partitions: 1 }) })
      const ran = yield* Queue.unbounded<string>()
      yield* work(
        JobWorker.layer(
          Long,
          ({ text }) => Effect.andThen(Queue.offer(ran, text), text === "flood" ? Effect.never : Effect.succeed(""))
        )
      )
      yield* enqueueAll(Long, Array.from({ length: 500 }, () => ({ text: "flood" }))).pipe(acme.as)
      assert.deepStrictEqual(yield* Effect.replicateEffect(Queue.take(ran), 3), ["flood", "flood", "flood"])
      for (let number = 0; number < 5; number++) {
        const id = yield* enqueue(Long, { text: `other ${number}` }).pipe(globex.as)
        assert.strictEqual(yield* Queue.take(ran), `other ${number}`)
        yield* reached(id, "succeeded").pipe(globex.as)
      }
    }).pipe(Effect.scoped))

  it.effect("goes round more tenants than one read takes", () =>
    Effect.gen(function*() {
      const { enqueueAll } = yield* Jobs
      const Round = textJob("round", { queue: JobQueue.make("round", { concurrency: 4, partitions: 1 }) })
      const tenants = yield* Effect.replicateEffect(newTenant, 150)
      for (const tenant of tenants) {
        yield* enqueueAll(Round, Array.from({ length: 5 }, () => ({ text: tenant.id }))).pipe(tenant.as)
      }
      const ran = yield* Queue.unbounded<string>()
      yield* work(JobWorker.layer(Round, ({ text }) => Effect.as(Queue.offer(ran, text), "")))
      const order = yield* Effect.replicateEffect(Queue.take(ran), 750)
      const counts = Object.groupBy(order, (id) => id)
      assert.isTrue(tenants.every(({ id }) => counts[id]?.length === 5))
      // Four jobs of a tenant are one read's; nobody's fifth comes before everybody's first.
      assert.isBelow(Math.max(...tenants.map(({ id }) => order.indexOf(id))), 150 * 4)
    }).pipe(Effect.scoped))

  it.effect("begins no more in any window than the rate allows", () =>
    Effect.gen(function*() {
      const { enqueueAll, status } = yield* Jobs
      const acme = yield* newTenant
      const queue = JobQueue.make("rated", { rate: { limit: 5, window: "400 millis" }, partitions: 1 })
      const Rated = textJob("rated", { queue })
      yield* work(JobWorker.layer(Rated, ({ text }) => Effect.succeed(text)))
      const ids = yield* enqueueAll(Rated, Array.from({ length: 14 }, () => ({ text: "" }))).pipe(acme.as)
      yield* Effect.forEach(ids, (id) => reached(id, "succeeded")).pipe(acme.as)
      const jobs = yield* Effect.forEach(ids, status).pipe(acme.as)
      const begins = jobs.map(({ startedAt }) => startedAt!.epochMilliseconds).sort((a, b) => a - b)
      assert.isAtLeast(begins[5]! - begins[0]!, 399)
      assert.isAtLeast(begins[10]! - begins[5]!, 399)
      assert.isBelow(begins[13]! - begins[0]!, 3000)
    }).pipe(Effect.scoped))

  it.effect("runs a backlog of thousands, each job once, with no more side by side than the queue allows", () =>
    Effect.gen(function*() {
      const { enqueueAll } = yield* Jobs
      const [acme, globex] = [yield* newTenant, yield* newTenant]
      const Many = textJob("many", { queue: JobQueue.make("many", { concurrency: 8, partitions: 2 }) })
      const seen = new Map<string, number>()
      let side = 0
      let most = 0
      const all = yield* Deferred.make<void>()
      yield* work(JobWorker.layer(Many, ({ text }) =>
        Effect.gen(function*() {
          most = Math.max(most, ++side)
          yield* Effect.sleep("1 millis")
          side--
          seen.set(text, (seen.get(text) ?? 0) + 1)
          if (seen.size === 3000) yield* Deferred.succeed(all, undefined)
          return ""
        })))
      for (const tenant of [acme, globex]) {
        yield* enqueueAll(Many, Array.from({ length: 1500 }, (_, index) => ({ text: `${tenant.id} ${index}` }))).pipe(
          tenant.as
        )
      }
      yield* Deferred.await(all)
      assert.isTrue([...seen.values()].every((times) => times === 1))
      assert.isAtMost(most, 8)
      assert.isAbove(most, 6)
    }).pipe(Effect.scoped))

  it.effect("searches newest first, page by page", () =>
    Effect.gen(function*() {
      const { enqueueAll, search } = yield* Jobs
      const acme = yield* newTenant
      const ids = yield* enqueueAll(textJob("found"), [{ text: "1" }, { text: "2" }, { text: "3" }]).pipe(acme.as)
      yield* enqueueAll(textJob("other"), [{ text: "4" }]).pipe(acme.as)
      const first = yield* search({ queue: "found", limit: 2 }).pipe(acme.as)
      assert.deepStrictEqual(first.map(({ id }) => id), [ids[2]!, ids[1]!])
      const second = yield* search({ name: "found", state: "ready", after: ids[1]! }).pipe(acme.as)
      assert.deepStrictEqual(second.map(({ id }) => id), [ids[0]!])
    }))
})
