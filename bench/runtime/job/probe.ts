import { Effect, FiberSet, Schedule } from "effect"
import { numbers } from "./measureJobs.ts"
import { Queue, starts } from "./Queue.ts"

/**
 * A tenant's jobs, forty a second, whether or not the earlier ones have started, until `done`: times from storing to start in
 * milliseconds.
 */
export const probe = Effect.fnUntraced(function*(tenant: number, done: Effect.Effect<unknown>) {
  const { enqueue } = yield* Queue
  const times: Array<number> = []
  const one = Effect.gen(function*() {
    const job = numbers(1)
    const started = yield* starts(job)
    const began = performance.now()
    yield* enqueue(job, tenant)
    const [at] = yield* started
    times.push(at! - began)
  })
  const jobs = yield* FiberSet.make()
  yield* Effect.raceFirst(done, Effect.repeat(FiberSet.run(jobs, one), Schedule.fixed("25 millis")))
  yield* FiberSet.awaitEmpty(jobs)
  return times
}, Effect.scoped)
