import { ByteSize, Effect, Layer, Option, Redacted } from "effect"
import { HttpIncomingMessage, HttpServerRequest, HttpServerRespondable } from "effect/http"
import { fromOtherSite } from "../access/fromOtherSite.ts"
import { makeUnknown } from "../access/makeUnknown.ts"
import { Forbidden, Unauthorized } from "../access/Problems.ts"
import { AdminActor, CurrentAdmin } from "../console/AdminActor.ts"
import { AdminSessions } from "../console/AdminSessions.ts"
import { callerNetwork } from "../edge/callerNetwork.ts"
import { RateLimits } from "../edge/RateLimits.ts"
import { RequestInfo } from "../edge/RequestInfo.ts"
import { AdminAuthorization } from "./AdminAuthorization.ts"

const signIn = new Unauthorized({ detail: "Send the admin token as X-Admin-Token, or sign in at /admin" })

/** The largest body of an admin, in bytes: a company with thousands of people is one set-up document. */
const largestBody = ByteSize.bytes(8 * 1024 * 1024)

/** What is called when it is known who calls. */
const as = <A, E, R>(handler: Effect.Effect<A, E, R | CurrentAdmin>, admin: AdminActor) =>
  handler.pipe(
    Effect.provideService(CurrentAdmin, admin),
    Effect.provideService(HttpIncomingMessage.MaxBodySize, largestBody)
  )

/** `publicUrl` is the address of the web UI; its origin may act with the console's cookie. */
export const adminAuthorizationLayer = (options: { readonly publicUrl: string }) =>
  Layer.effect(
    AdminAuthorization,
    Effect.gen(function*() {
      const limits = yield* RateLimits
      const sessions = yield* AdminSessions
      const unknown = yield* makeUnknown
      const { origin } = new URL(options.publicUrl)
      return AdminAuthorization.of({
        adminSession: Effect.fnUntraced(function*(handler, { credential }) {
          const request = yield* HttpServerRequest.HttpServerRequest
          const token = Redacted.value(credential)
          if (token === "" || request.headers["x-admin-token"] !== undefined) return yield* signIn
          if (fromOtherSite(request, origin)) {
            return yield* HttpServerRespondable.toResponse(new Forbidden({ detail: "This came from another site" }))
          }
          const session = yield* sessions.find(token)
          if (Option.isNone(session)) return yield* unknown("admin-session", signIn)
          return yield* as(handler, new AdminActor({ kind: "session", sessionId: session.value.id }))
        }),
        adminToken: Effect.fnUntraced(function*(handler, { credential }) {
          yield* sessions.check(credential).pipe(
            Effect.catchTag("Unauthorized", () =>
              Effect.gen(function*() {
                const { ip } = yield* RequestInfo
                // Who sends none does not guess.
                if (Redacted.value(credential) !== "") yield* limits.signIn(`admin:${callerNetwork(ip)}`)
                return yield* signIn
              }))
          )
          return yield* as(handler, new AdminActor({ kind: "token", sessionId: null }))
        })
      })
    })
  )
