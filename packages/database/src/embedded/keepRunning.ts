import { Clock, Effect, Schedule, type Scope } from "effect"
import { lastWords } from "./lastWords.ts"
import { isRunning, type Postmaster, stop } from "./Postmaster.ts"
import { DataFolderInUse } from "./Problems.ts"
import { type Held, takeOver } from "./TakeOver.ts"

/** A server that ended is started at once, and then after longer and longer pauses. */
const attempts = Schedule.min([Schedule.exponential("50 millis"), Schedule.spaced("2 seconds")])

/**
 * Sees to it that the server runs and that the folder is ours for as long as the program runs: a server that ended, as one
 * does when its disk is full, is started until it runs. Fails when another program has taken the folder meanwhile.
 */
export const keepRunning = Effect.fn("EmbeddedPostgres.keepRunning")(function*(options: {
  readonly server: Postmaster
  readonly socket: string
  readonly sessions: Scope.Scope
  /** What holds the folder at first. */
  readonly held: Held
  /** The folder as the person who starts Innkeeper named it. */
  readonly dataFolder: string
}) {
  const { dataFolder, server, sessions, socket } = options
  const why = Effect.map(
    lastWords(server),
    (reason = "its log does not say") => ({ reason, log: `${server.folder}/log` })
  )
  for (let held = options.held;;) {
    yield* held.ended
    const since = yield* Clock.currentTimeMillis
    if (!(yield* isRunning(server))) yield* Effect.logError("PostgreSQL ended and is started again", yield* why)
    held = yield* takeOver(server, socket, sessions).pipe(
      Effect.tapError(({ _tag }) =>
        _tag === "NotReady"
          ? Effect.flatMap(why, (told) => Effect.logError("PostgreSQL does not start and is tried again", told))
          : Effect.void
      ),
      Effect.retry({ schedule: attempts, while: ({ _tag }) => _tag !== "Busy" }),
      Effect.mapError(() => new DataFolderInUse({ folder: dataFolder }))
    )
    // Started by a program that is gone again, where nobody of ours looks for it.
    if (held.socket !== socket) yield* stop(server)
    const seconds = ((yield* Clock.currentTimeMillis) - since) / 1000
    yield* Effect.logWarning(`PostgreSQL answers again after ${seconds.toFixed(1)} s`)
  }
})
