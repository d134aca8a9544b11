import { Duration, Effect, Exit, Fiber, Schedule } from "effect"

/** `stale`: cut off for so long that what is shown may be old. */
export type Connection = "connecting" | "connected" | "reconnecting" | "stale"

/** How long a connection may be missing before the page is called stale. */
const staleAfter = Duration.seconds(20)

const pauses = Schedule.min([Schedule.exponential("500 millis"), Schedule.spaced("15 seconds")]).pipe(Schedule.jittered)

/**
 * Keeps a connection without end. `connect` says when it has one, and ends or fails when that is lost; then the next one is
 * made soon, and with growing pauses as long as none comes about.
 */
export const stayConnected = <A, E>(
  connect: (onConnected: () => void) => Effect.Effect<A, E>,
  onConnection: (connection: Connection) => void
): Effect.Effect<never> =>
  Effect.suspend(() => {
    let connected = false

    const session = Effect.suspend(() =>
      connect(() => {
        connected = true
        onConnection("connected")
      })
    )

    /** Fails when there was no connection; ends when there was one and it is lost. */
    const attempt = Effect.flatMap(Effect.exit(session), (exit) => connected ? Effect.void : Exit.asVoid(exit))

    return Effect.gen(function*() {
      connected = false
      const stale = yield* Effect.forkChild(
        Effect.delay(Effect.sync(() => connected || onConnection("stale")), staleAfter)
      )
      yield* Effect.exit(Effect.retry(Effect.sandbox(attempt), pauses))
      yield* Fiber.interrupt(stale)
      onConnection("reconnecting")
      yield* Effect.sleep("500 millis")
    }).pipe(Effect.forever)
  })
