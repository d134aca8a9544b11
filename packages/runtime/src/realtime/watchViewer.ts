import { Effect } from "effect"
import type { Headers } from "effect/http"
import { SocketUnauthorized } from "./LiveAuthorization.ts"
import type { Viewer, Viewers } from "./Viewers.ts"

/** How long a connection may outlive its session. */
const recheckInterval = "1 minute"

const unknown = (defect: unknown) => Effect.logWarning("A live connection could not be looked at", defect)

/**
 * Fails within a minute after the viewer's session or key has ended or went over to another tenant, and reports it. A database
 * that is away says nothing about it: cut for that, all would come back at once with the database.
 */
export const watchViewer = ({ identify, report }: Viewers["Service"], viewer: Viewer, headers: Headers.Headers) => {
  const recheck = Effect.gen(function*() {
    const now = yield* Effect.catchDefect(identify(headers), (defect) => Effect.as(unknown(defect), viewer))
    if (now.tenantId !== viewer.tenantId || now.id !== viewer.id) return yield* new SocketUnauthorized()
  }).pipe(
    Effect.tapError(() =>
      report({ action: "socket.ended", viewer, reason: "The session or key is not valid any more" })
    )
  )
  return Effect.forever(Effect.delay(recheck, recheckInterval))
}

/** How long a connection of nobody known stays open: time to be told so. */
const farewell = "5 seconds"

/** How often a connection is looked at as a whole; the streams on it are, more often. */
const connectionRecheck = "5 minutes"

/**
 * Ends when a connection is nobody's who may look: soon after it was opened without a valid session or key, or minutes
 * after that has ended. A database that is away says nothing about it.
 */
export const untilNobodyLooks = ({ identify }: Viewers["Service"], headers: Headers.Headers) =>
  identify(headers).pipe(
    Effect.catchDefect(unknown),
    Effect.andThen(Effect.sleep(connectionRecheck)),
    Effect.forever,
    Effect.catch(() => Effect.sleep(farewell))
  )
