import { Effect } from "effect"
import { distributionOf } from "../../lib/distribution.ts"
import { numbers } from "./measureJobs.ts"
import { Queue, starts } from "./Queue.ts"

const probes = 200

/** A tenant's jobs, forty a second, whether or not the earlier ones have started: time from storing to start. */
export const probe = Effect.fnUntraced(function*(tenant: number) {
  const { enqueue } = yield* Queue
  const times = yield* Effect.forEach(
    numbers(probes),
    Effect.fnUntraced(function*(number, index) {
      yield* Effect.sleep(index * 25)
      const started = yield* starts([number])
      const began = performance.now()
      yield* enqueue([number], tenant)
      const [at] = yield* started
      return at! - began
    }),
    { concurrency: "unbounded" }
  )
  return distributionOf(times)
})
