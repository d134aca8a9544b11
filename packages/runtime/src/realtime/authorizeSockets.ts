import { CurrentTenant, isDatabaseAway } from "@innkeeper/database"
import { Cause, Effect, Layer } from "effect"
import { CurrentViewer, LiveAuthorization } from "./LiveAuthorization.ts"
import { Viewers } from "./Viewers.ts"
import { watchViewer } from "./watchViewer.ts"

/** A defect is for the log. Its caller is told that there was one, and nothing of it. */
const concealed = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.catchDefect(effect, (defect) => {
    const cause = Cause.die(defect)
    const log = isDatabaseAway(cause)
      ? Effect.logWarning("A request over a socket did not reach the database", cause)
      : Effect.logError("A request over a socket failed unexpectedly", cause)
    return Effect.andThen(log, Effect.die("internal error"))
  })

/**
 * The authorization of sockets by a look at who is calling, told by the headers that the socket was opened with.
 *
 * The viewer is asked for with each request, and again every minute while a stream is open: the stream fails with
 * `SocketUnauthorized` when the session has ended, or belongs to somebody else now.
 */
export const authorizeSockets = (viewers: Viewers["Service"]) =>
  LiveAuthorization.of(Effect.fnUntraced(function*(handler, { headers }) {
    const viewer = yield* viewers.identify(headers).pipe(
      Effect.tapError(() =>
        viewers.report({ action: "socket.refused", viewer: null, reason: "No valid session or key" })
      )
    )
    return yield* Effect.raceFirst(
      handler.pipe(
        Effect.provideService(CurrentTenant, { id: viewer.tenantId }),
        Effect.provideService(CurrentViewer, viewer)
      ),
      watchViewer(viewers, viewer, headers)
    )
  }, concealed))

/** Lets those in whom `Viewers` knows. */
export const LiveAuthorizationByViewers = Layer.effect(LiveAuthorization, Effect.map(Viewers, authorizeSockets))
