import { Clock, Duration, Effect, Layer, Schedule } from "effect"
import { SqlClient } from "effect/sql"
import { survive } from "../survive.ts"

/** One look at the database's clock between two at our own, in milliseconds of Unix time. */
export interface Reading {
  readonly before: number
  readonly database: number
  readonly after: number
}

/**
 * By how much our clock is certainly wrong, in milliseconds to add: 0 when the database's time may lie between the two of
 * ours. Of several readings the quickest knows best.
 */
export const clockOffset = (readings: ReadonlyArray<Reading>): number => {
  const best = readings.toSorted((a, b) => (a.after - a.before) - (b.after - b.before))[0]
  if (best === undefined) return 0
  const { after, before, database } = best
  if (database >= before && database <= after) return 0
  return Math.round(database - (before + after) / 2)
}

const refresh = Duration.seconds(10)

/** What is worth a word in the log. */
const notable = 1000

/**
 * The time of day as the database has it, for everything above: timers that one pod sets and another one wakes mean the same
 * moment, however wrong the clock of a machine is. A clock that agrees with the database's is left alone. Lengths are
 * measured as before.
 */
export const DatabaseClock = Layer.effect(
  Clock.Clock,
  Effect.gen(function*() {
    const own = yield* Clock.Clock
    const sql = yield* SqlClient.SqlClient
    let offset = 0

    const read = Effect.gen(function*() {
      const before = own.currentTimeMillisUnsafe()
      const [row] = yield* sql<{ readonly at: number }>`
        SELECT floor(extract(epoch FROM clock_timestamp()) * 1000)::float8 AS at`
      return { before, database: row!.at, after: own.currentTimeMillisUnsafe() }
    })
    const look = Effect.gen(function*() {
      const found = clockOffset(yield* Effect.replicateEffect(read, 3))
      if (Math.abs(found - offset) >= notable) {
        yield* Effect.logWarning("The clock of this machine is wrong; the database's counts").pipe(
          Effect.annotateLogs({ milliseconds: -found })
        )
      }
      offset = found
    })
    yield* Effect.orDie(look)
    yield* look.pipe(
      survive("Could not ask the database for the time"),
      Effect.delay(refresh),
      Effect.repeat(Schedule.forever),
      Effect.forkScoped
    )

    const currentTimeMillisUnsafe = () => own.currentTimeMillisUnsafe() + offset
    const currentTimeNanosUnsafe = () => own.currentTimeNanosUnsafe() + BigInt(offset) * 1_000_000n
    const clock: Clock.Clock = {
      currentTimeMillisUnsafe,
      currentTimeMillis: Effect.sync(currentTimeMillisUnsafe),
      currentTimeNanosUnsafe,
      currentTimeNanos: Effect.sync(currentTimeNanosUnsafe),
      monotonicTimeNanosUnsafe: () => own.monotonicTimeNanosUnsafe(),
      monotonicTimeNanos: own.monotonicTimeNanos,
      sleep: (duration) => own.sleep(duration)
    }
    return clock
  })
)
