import { type DateTime, Effect, Schedule } from "effect"
import { useEffect, useState } from "react"
import { serverNow } from "../api/clock.ts"
import { runWhileShown } from "./runWhileShown.ts"

/** The current instant by the server's clock, read anew every `seconds`. */
export const useNow = (seconds = 20): DateTime.Utc => {
  const [now, setNow] = useState(serverNow)
  useEffect(
    () => runWhileShown(Effect.repeat(Effect.sync(() => setNow(serverNow())), Schedule.spaced(seconds * 1000))),
    [seconds]
  )
  return now
}
