import { Effect } from "effect"
import type { Headers } from "effect/http"
import { SocketUnauthorized } from "./LiveAuthorization.ts"
import type { Viewer, Viewers } from "./Viewers.ts"

/** How long a connection may outlive its session. */
const recheckInterval = "1 minute"

/** Fails within a minute after the viewer's session or key has ended or went over to another tenant, and reports it. */
export const watchViewer = ({ identify, report }: Viewers["Service"], viewer: Viewer, headers: Headers.Headers) => {
  const recheck = Effect.gen(function*() {
    const now = yield* identify(headers)
    if (now.tenantId !== viewer.tenantId || now.id !== viewer.id) return yield* new SocketUnauthorized()
  }).pipe(
    Effect.tapError(() =>
      report({ action: "socket.ended", viewer, reason: "The session or key is not valid any more" })
    )
  )
  return Effect.forever(Effect.delay(recheck, recheckInterval))
}
