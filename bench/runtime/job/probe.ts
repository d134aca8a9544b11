import { Deferred, Effect, Fiber } from "effect"
import { numbers } from "./measureJobs.ts"
import { Queue, starts } from "./Queue.ts"

/** Milliseconds between two jobs. */
const every = 25

/**
 * A tenant's jobs, forty a second, whether or not the earlier ones have started, until `done`: times from storing to start in
 * milliseconds.
 */
export const probe = Effect.fnUntraced(function*(tenant: number, done: Effect.Effect<unknown>) {
  const { enqueue } = yield* Queue
  const times: Array<number> = []
  const one = Effect.gen(function*() {
    const [number] = numbers(1)
    const started = yield* starts([number!])
    const began = performance.now()
    yield* enqueue([number!], tenant)
    const [at] = yield* started
    times.push(at! - began)
  })
  const over = yield* Deferred.make<void>()
  const probes = Effect.gen(function*() {
    const began = performance.now()
    const fibers = []
    for (let count = 1; !Deferred.isDoneUnsafe(over); count++) {
      fibers.push(yield* Effect.forkChild(one))
      yield* Effect.sleep(Math.max(0, began + count * every - performance.now()))
    }
    yield* Effect.forEach(fibers, Fiber.join, { discard: true })
  })
  yield* Effect.all([probes, Effect.andThen(done, Deferred.succeed(over, undefined))], { concurrency: "unbounded" })
  return times
})
