import { CurrentTenant } from "@innkeeper/database"
import { Effect } from "effect"
import type { Headers } from "effect/http"
import { LiveAuthorization, SocketUnauthorized } from "./LiveAuthorization.ts"

/** How long a stream may outlive its session. */
const recheckInterval = "1 minute"

/**
 * The authorization of sockets by a look at who is calling, told by the headers that the socket was opened with.
 *
 * `identify` is asked for each request, and again every minute while a stream is open: the stream fails with
 * `SocketUnauthorized` when the session has ended, or belongs to another tenant now.
 */
export const authorizeSockets = (
  identify: (headers: Headers.Headers) => Effect.Effect<CurrentTenant["Service"], SocketUnauthorized>
) =>
  LiveAuthorization.of(Effect.fnUntraced(function*(handler, { headers }) {
    const tenant = yield* identify(headers)
    const recheck = Effect.gen(function*() {
      const now = yield* identify(headers)
      if (now.id !== tenant.id) return yield* new SocketUnauthorized()
    })
    return yield* Effect.raceFirst(
      Effect.provideService(handler, CurrentTenant, tenant),
      Effect.forever(Effect.delay(recheck, recheckInterval))
    )
  }))
