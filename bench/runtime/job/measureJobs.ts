import { Array, Effect, Schema } from "effect"
import { distributionOf } from "../../lib/distribution.ts"
import { Cost, Meter } from "../Meter.ts"
import type { Scale } from "../Scale.ts"
import { Queue, starts } from "./Queue.ts"

export const Times = Schema.Struct({
  count: Schema.Int,
  p50: Schema.Finite,
  p99: Schema.Finite,
  worst: Schema.Finite
})

export const JobsMeasured = Schema.Struct({
  /** Milliseconds from the call that stores a job to its start, while nothing else runs. */
  idle: Times,
  /** Jobs a second, stored a hundred at a time, until the last is recorded as done. */
  together: Schema.Struct({ result: Schema.Finite, cost: Cost }),
  /** Jobs a second, stored one by one by 32 callers, until the last is recorded as done. */
  singly: Schema.Struct({ result: Schema.Finite, cost: Cost })
})
export type JobsMeasured = typeof JobsMeasured.Type

let next = 0
/** Numbers that no job had before. */
export const numbers = (count: number) => Array.makeBy(count, () => next++)

/** The same numbers in batches. Effect's `chunksOf` takes time by the square of their count. */
export const batchesOf = (all: ReadonlyArray<number>, size: number) =>
  Array.makeBy(Math.ceil(all.length / size), (index) => all.slice(index * size, (index + 1) * size))

/** Time from storing to start of jobs that come one after the other, each a little after the one before has started. */
const latencies = Effect.fnUntraced(function*(count: number) {
  const { enqueue } = yield* Queue
  const times: globalThis.Array<number> = []
  for (const number of numbers(count)) {
    const started = yield* starts([number])
    const began = performance.now()
    yield* enqueue([number])
    const [at] = yield* started
    times.push(at! - began)
    yield* Effect.sleep("10 millis")
  }
  return distributionOf(times)
})

/** Jobs a second from the first call until the last is recorded as done. */
const throughput = Effect.fnUntraced(function*(options: {
  readonly jobs: number
  /** Jobs of one call. */
  readonly batch: number
  readonly callers: number
}) {
  const { enqueue, unfinished } = yield* Queue
  const { untilNone } = yield* Meter
  const all = numbers(options.jobs)
  const started = yield* starts(all)
  const began = performance.now()
  yield* Effect.forEach(batchesOf(all, options.batch), (batch) => enqueue(batch), {
    concurrency: options.callers,
    discard: true
  })
  yield* started
  yield* untilNone(unfinished)
  return options.jobs / ((performance.now() - began) / 1000)
})

export const measureJobs = Effect.fnUntraced(function*({ jobs }: Scale) {
  const { costOf } = yield* Meter
  yield* throughput({ jobs: 1000, batch: 10, callers: 4 })
  const idle = yield* latencies(200)
  const together = yield* costOf(throughput({ jobs, batch: 100, callers: 1 }), () => jobs)
  const singly = yield* costOf(throughput({ jobs, batch: 1, callers: 32 }), () => jobs)
  const measured: JobsMeasured = { idle, together, singly }
  return measured
})
