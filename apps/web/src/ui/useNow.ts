import { type DateTime, Effect, Fiber, Schedule } from "effect"
import { useEffect, useState } from "react"
import { serverNow } from "../api/clock.ts"

/** The current instant by the server's clock, read anew every `seconds`. */
export const useNow = (seconds = 20): DateTime.Utc => {
  const [now, setNow] = useState(serverNow)
  useEffect(() => {
    const fiber = Effect.runFork(
      Effect.repeat(Effect.sync(() => setNow(serverNow())), Schedule.spaced(seconds * 1000))
    )
    return () => {
      Effect.runFork(Fiber.interrupt(fiber))
    }
  }, [seconds])
  return now
}
