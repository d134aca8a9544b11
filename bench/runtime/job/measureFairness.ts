import { Array, Duration, Effect, Schema } from "effect"
import { distributionOf } from "../../lib/distribution.ts"
import { Meter } from "../Meter.ts"
import type { Scale } from "../Scale.ts"
import { batchesOf, numbers, Times } from "./measureJobs.ts"
import { probe } from "./probe.ts"
import { Queue } from "./Queue.ts"

/** Milliseconds from storing to start of a tenant's jobs, which come forty a second. */
export const FairnessMeasured = Schema.Struct({
  /** While nobody else has any. */
  idle: Times,
  /** While another tenant's flood is stored and run. */
  flooded: Times,
  /** While a flood of the same tenant is: what it were without fairness. */
  inLine: Times,
  /** Jobs of the flood that are done in a second. */
  done: Schema.Struct({
    /** While another tenant has jobs as well. */
    beside: Schema.Finite,
    /** While nobody else has any. */
    alone: Schema.Finite
  })
})
export type FairnessMeasured = typeof FairnessMeasured.Type

const [tenantA, tenantB] = [0, 1]

/** Floods, and rests between them, of which the times are taken together: one has a hundred or two of tenant b's jobs. */
const floods = 5

/** The jobs of a tenant while tenant a stores its flood, a hundred at a time, and until the last of it is done. */
const beside = Effect.fnUntraced(function*(tenant: number, flood: number) {
  const { enqueue, unfinished } = yield* Queue
  const { untilNone } = yield* Meter
  const flooding = Effect.forEach(batchesOf(numbers(flood), 100), (batch) => enqueue(batch, tenantA), {
    discard: true
  })
  return yield* probe(tenant, Effect.andThen(flooding, untilNone(unfinished)))
})

/** The times of several, and how many seconds one took. */
const several = Effect.fnUntraced(function*<E, R>(once: Effect.Effect<ReadonlyArray<number>, E, R>) {
  const [took, all] = yield* Effect.timed(Effect.all(Array.makeBy(floods, () => once)))
  return { times: distributionOf(all.flat()), seconds: Duration.toSeconds(took) / floods }
})

/** What a tenant feels of another's flood, beside what it feels of its own. */
export const measureFairness = Effect.fnUntraced(function*({ flood }: Scale) {
  yield* beside(tenantB, 2000)
  const idle = yield* several(probe(tenantB, Effect.sleep("5 seconds")))
  const flooded = yield* several(beside(tenantB, flood))
  const inLine = yield* several(beside(tenantA, flood))
  const measured: FairnessMeasured = {
    idle: idle.times,
    flooded: flooded.times,
    inLine: inLine.times,
    done: { beside: flood / flooded.seconds, alone: flood / inLine.seconds }
  }
  return measured
})
