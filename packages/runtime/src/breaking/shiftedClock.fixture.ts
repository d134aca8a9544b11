import { Clock, Effect, Layer } from "effect"

/** A clock that is wrong by `millis`, as that of a machine whose time nobody keeps. What it measures is right. Tests only. */
export const shiftedClock = (millis: number) =>
  Layer.effect(
    Clock.Clock,
    Effect.map(Clock.Clock, (real): Clock.Clock => {
      const currentTimeMillisUnsafe = () => real.currentTimeMillisUnsafe() + millis
      const currentTimeNanosUnsafe = () => real.currentTimeNanosUnsafe() + BigInt(millis) * 1_000_000n
      return {
        currentTimeMillisUnsafe,
        currentTimeMillis: Effect.sync(currentTimeMillisUnsafe),
        currentTimeNanosUnsafe,
        currentTimeNanos: Effect.sync(currentTimeNanosUnsafe),
        monotonicTimeNanosUnsafe: () => real.monotonicTimeNanosUnsafe(),
        monotonicTimeNanos: real.monotonicTimeNanos,
        sleep: (duration) => real.sleep(duration)
      }
    })
  )
