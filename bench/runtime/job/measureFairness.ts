import { Array, Effect, Schema } from "effect"
import { distributionOf } from "../../lib/distribution.ts"
import { Meter } from "../Meter.ts"
import type { Scale } from "../Scale.ts"
import { numbers, Times } from "./measureJobs.ts"
import { Queue, starts, type Tenant } from "./Queue.ts"

/** Milliseconds from storing to start of a tenant's jobs, which come twenty a second. */
export const FairnessMeasured = Schema.Struct({
  /** While nobody else has any. */
  idle: Times,
  /** While another tenant's flood is stored and run. */
  flooded: Times,
  /** While a flood of the same tenant is: what it were without fairness. */
  inLine: Times
})
export type FairnessMeasured = typeof FairnessMeasured.Type

const probes = 100

/** Jobs one by one at a steady rate, whether or not the earlier ones have started. */
const probe = Effect.fnUntraced(function*(tenant: Tenant) {
  const { enqueue } = yield* Queue
  const times = yield* Effect.forEach(
    numbers(probes),
    Effect.fnUntraced(function*(number, index) {
      yield* Effect.sleep(index * 50)
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

/** The jobs of a tenant while tenant a stores its flood, a thousand at a time. */
const beside = Effect.fnUntraced(function*(tenant: Tenant, flood: number) {
  const { enqueue, unfinished } = yield* Queue
  const { untilNone } = yield* Meter
  const flooding = Effect.forEach(Array.chunksOf(numbers(flood), 1000), (batch) => enqueue(batch, "a"), {
    discard: true
  })
  const [times] = yield* Effect.all([probe(tenant), flooding], { concurrency: "unbounded" })
  yield* untilNone(unfinished)
  return times
})

/** What a tenant feels of another's flood, beside what it feels of its own. */
export const measureFairness = Effect.fnUntraced(function*({ flood }: Scale) {
  yield* beside("b", 2000)
  const idle = yield* probe("b")
  const flooded = yield* beside("b", flood)
  const inLine = yield* beside("a", flood)
  const measured: FairnessMeasured = { idle, flooded, inLine }
  return measured
})
