import { DateTime, Effect, Fiber, Schedule } from "effect"
import { useEffect, useState } from "react"

/** The current instant, read anew every `seconds`. */
export const useNow = (seconds = 20): DateTime.Utc => {
  const [now, setNow] = useState(DateTime.nowUnsafe)
  useEffect(() => {
    const fiber = Effect.runFork(
      Effect.repeat(Effect.map(DateTime.now, setNow), Schedule.spaced(seconds * 1000))
    )
    return () => {
      Effect.runFork(Fiber.interrupt(fiber))
    }
  }, [seconds])
  return now
}
