import { authorizeSockets } from "@innkeeper/runtime"
import { LiveAuthorization, SocketUnauthorized } from "@innkeeper/runtime/api"
import { Effect, Layer, Option } from "effect"
import { Cookies } from "effect/http"
import { ApiKeys } from "../apikey/ApiKeys.ts"
import { Sessions } from "../identity/Sessions.ts"
import { sessionCookie } from "./Authorization.ts"

/** Finds out whose a socket is, by the cookie or the key that it was opened with. */
export const LiveAuthorizationLive = Layer.effect(
  LiveAuthorization,
  Effect.gen(function*() {
    const sessions = yield* Sessions
    const keys = yield* ApiKeys
    return authorizeSockets(Effect.fnUntraced(function*(headers) {
      const bearer = /^bearer (.+)$/i.exec(headers.authorization ?? "")?.[1]
      const cookie = Cookies.parseHeader(headers.cookie ?? "")[sessionCookie]
      const principal = bearer !== undefined
        ? yield* keys.find(bearer)
        : cookie !== undefined
        ? yield* sessions.find(cookie)
        : Option.none()
      if (Option.isNone(principal)) return yield* new SocketUnauthorized()
      return { id: principal.value.tenantId }
    }))
  })
)
