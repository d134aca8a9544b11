import { Effect, Schema } from "effect"
import { distributionOf } from "../../lib/distribution.ts"
import { Cost, Meter } from "../Meter.ts"
import type { Scale } from "../Scale.ts"
import { numbers, Times } from "./measureJobs.ts"
import { probe } from "./probe.ts"
import { Queue, starts } from "./Queue.ts"

export const TenantsMeasured = Schema.Struct({
  /** Jobs a second, one of each tenant, stored one by one by 32 callers, until the last is recorded as done. */
  each: Schema.Struct({ result: Schema.Finite, cost: Cost }),
  /** Milliseconds from storing to start of one tenant's jobs, while the others have none. */
  idle: Times
})

/** Jobs of many tenants. */
export const measureTenants = Effect.fnUntraced(function*({ tenants }: Scale) {
  const { enqueue, unfinished } = yield* Queue
  const { costOf, untilNone } = yield* Meter
  const one = Effect.gen(function*() {
    const all = numbers(tenants)
    const started = yield* starts(all)
    const began = performance.now()
    yield* Effect.forEach(all, (number, tenant) => enqueue([number], tenant), { concurrency: 32, discard: true })
    yield* started
    yield* untilNone(unfinished)
    return tenants / ((performance.now() - began) / 1000)
  })
  const each = yield* costOf(one, () => tenants)
  const idle = distributionOf(yield* probe(0, Effect.sleep("5 seconds")))
  const measured: typeof TenantsMeasured.Type = { each, idle }
  return measured
})
