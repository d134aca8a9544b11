import { CurrentTenant } from "@innkeeper/database"
import { LiveAuthorization, SocketUnauthorized } from "@innkeeper/runtime/api"
import { Effect, Layer, Option } from "effect"
import { Cookies } from "effect/http"
import { ApiKeys } from "../apikey/ApiKeys.ts"
import { Sessions } from "../identity/Sessions.ts"
import { sessionCookie } from "./Authorization.ts"

/** Finds out, for each message of a socket, whose it is: by the cookie or the key that the socket was opened with. */
export const LiveAuthorizationLive = Layer.effect(
  LiveAuthorization,
  Effect.gen(function*() {
    const sessions = yield* Sessions
    const keys = yield* ApiKeys
    return LiveAuthorization.of(Effect.fnUntraced(function*(handler, { headers }) {
      const bearer = /^bearer (.+)$/i.exec(headers.authorization ?? "")?.[1]
      const cookie = Cookies.parseHeader(headers.cookie ?? "")[sessionCookie]
      const principal = bearer !== undefined
        ? yield* keys.find(bearer)
        : cookie !== undefined
        ? yield* sessions.find(cookie)
        : Option.none()
      if (Option.isNone(principal)) return yield* new SocketUnauthorized()
      return yield* Effect.provideService(handler, CurrentTenant, { id: principal.value.tenantId })
    }))
  })
)
