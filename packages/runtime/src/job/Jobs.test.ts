import { assert, layer } from "@effect/vitest"
import { withTenant } from "@innkeeper/database"
import { Deferred, Effect, Exit, Queue, Schema, Scope } from "effect"
import { Job } from "./Job.ts"
import { JobGivenUp } from "./JobAttempt.ts"
import { JobsLive, newTenant, reached, work } from "./Jobs.fixture.ts"
import { Jobs } from "./Jobs.ts"
import { JobWorker } from "./JobWorker.ts"

const Text = Schema.Struct({ text: Schema.String })

/** A type of job on a queue of its own. */
const textJob = (
  name: string,
  options: Partial<Parameters<typeof Job.make<typeof Text, typeof Schema.String>>[1]> = {}
) => Job.make(name, { queue: name, payload: Text, success: Schema.String, ...options })

layer(JobsLive, { excludeTestServices: true })("jobs", (it) => {
  it.effect("runs a job as its tenant and keeps its result", () =>
    Effect.gen(function*() {
      const { enqueue } = yield* Jobs
      const acme = yield* newTenant
      const Greet = textJob("greet")
      yield* work(JobWorker.layer(Greet, ({ text }, { attempt }) => Effect.succeed(`Hello ${text} ${attempt}`)))
      const id = yield* enqueue(Greet, { text: "Ada" }).pipe(acme.as)
      const job = yield* reached(id, "succeeded").pipe(acme.as)
      assert.deepStrictEqual([job.result, job.attempt, job.progress, job.tenantId], ["\"Hello Ada 1\"", 1, 1, acme.id])
    }).pipe(Effect.scoped))
})
