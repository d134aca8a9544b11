import { Duration, Effect, Schedule } from "effect"

/** Waits 200 ms, 400 ms, 800 ms … at most 3 s, with jitter: so late is at most what waits for a database when it is back. */
export const untilBack = Schedule.exponential("200 millis").pipe(
  Schedule.modifyDelay(({ duration }) => Effect.succeed(Duration.min(duration, Duration.seconds(3)))),
  Schedule.jittered
)
