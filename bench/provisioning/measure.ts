import { Clock, Effect } from "effect"
import { setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"

/** V8's collector, so that only what is kept is counted. */
const collect: () => void = (() => {
  setFlagsFromString("--expose-gc")
  return runInNewContext("gc")
})()

const heapBytes = Effect.sync(() => {
  collect()
  return process.memoryUsage().heapUsed
})

/** The middle time of the runs in milliseconds, and the bytes that one result holds. The first run warms up. */
export const measure = Effect.fnUntraced(function*<A, E, R>(make: Effect.Effect<A, E, R>, runs: number) {
  yield* make
  const clock = yield* Clock.Clock
  const milliseconds: Array<number> = []
  for (let run = 0; run < runs; run++) {
    const started = clock.monotonicTimeNanosUnsafe()
    yield* make
    milliseconds.push(Number(clock.monotonicTimeNanosUnsafe() - started) / 1e6)
  }
  const before = yield* heapBytes
  const kept = yield* make
  const bytes = (yield* heapBytes) - before
  const middle = milliseconds.toSorted((a, b) => a - b)[Math.floor(runs / 2)] ?? Number.NaN
  return { milliseconds: middle, bytes, kept }
})
