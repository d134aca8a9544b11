import { Duration, Effect, Option, Redacted } from "effect"
import { HttpEffect, HttpServerRequest, HttpServerResponse } from "effect/http"
import { HttpApiBuilder } from "effect/http-api"
import { fromOtherSite } from "../access/fromOtherSite.ts"
import { Forbidden } from "../access/Problems.ts"
import { callerNetwork } from "../edge/callerNetwork.ts"
import { RateLimits } from "../edge/RateLimits.ts"
import { RequestInfo } from "../edge/RequestInfo.ts"
import { PlatformApi } from "../PlatformApi.ts"
import { adminCookie } from "../tenant/AdminAuthorization.ts"
import { CurrentAdmin } from "./AdminActor.ts"
import { AdminMe } from "./AdminSessionApi.ts"
import { adminSessionLifetime, AdminSessions } from "./AdminSessions.ts"

/** `version` is the program's. */
export const adminSessionRoutes = (options: { readonly publicUrl: string; readonly version: string }) => {
  const { origin } = new URL(options.publicUrl)
  const cookie = (value: string, maxAge: Duration.Duration) =>
    HttpEffect.appendPreResponseHandler((_request, response) =>
      Effect.orDie(HttpServerResponse.setCookie(response, adminCookie, value, {
        path: "/api/v1/admin",
        httpOnly: true,
        sameSite: "strict",
        secure: options.publicUrl.startsWith("https:"),
        maxAge
      }))
    )

  return HttpApiBuilder.group(
    PlatformApi,
    "adminSession",
    Effect.fnUntraced(function*(handlers) {
      const sessions = yield* AdminSessions
      const limits = yield* RateLimits

      const sessionToken = Effect.map(HttpServerRequest.HttpServerRequest, ({ cookies }) => cookies[adminCookie])

      return handlers.handleAll({
        me: Effect.fnUntraced(function*() {
          const actor = yield* CurrentAdmin
          const token = yield* sessionToken
          const session = actor.kind === "token" || token === undefined
            ? Option.none()
            : yield* sessions.find(token)
          return new AdminMe({
            actor,
            expiresAt: Option.getOrNull(Option.map(session, ({ expiresAt }) => expiresAt)),
            version: options.version
          })
        }),
        signOut: Effect.fnUntraced(function*() {
          const token = yield* sessionToken
          if (token !== undefined) yield* sessions.end(token)
          yield* cookie("", Duration.zero)
        }),
        signIn: Effect.fnUntraced(function*({ payload }) {
          const request = yield* HttpServerRequest.HttpServerRequest
          if (fromOtherSite(request, origin)) return yield* new Forbidden({ detail: "This came from another site" })
          yield* limits.signIn(`admin:${callerNetwork((yield* RequestInfo).ip)}`)
          yield* cookie(yield* sessions.open(Redacted.make(payload.token)), adminSessionLifetime)
        })
      })
    })
  )
}
