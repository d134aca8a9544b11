import { Effect, Layer, Redacted } from "effect"
import { timingSafeEqual } from "node:crypto"
import { Unauthorized, Unavailable } from "../access/Problems.ts"
import { RateLimits } from "../edge/RateLimits.ts"
import { RequestInfo } from "../edge/RequestInfo.ts"
import { hashToken } from "../secrets/tokens.ts"
import { AdminAuthorization } from "./AdminAuthorization.ts"

/** `token` is the platform's admin token; without it every call is answered 503. */
export const adminAuthorizationLayer = (options: { readonly token: Redacted.Redacted<string> | undefined }) =>
  Layer.effect(
    AdminAuthorization,
    Effect.gen(function*() {
      const limits = yield* RateLimits
      const expected = options.token === undefined ? undefined : hashToken(Redacted.value(options.token))
      return AdminAuthorization.of({
        adminToken: Effect.fnUntraced(function*(handler, { credential }) {
          if (expected === undefined) {
            return yield* new Unavailable({ detail: "This installation has no admin token: set INNKEEPER_ADMIN_TOKEN" })
          }
          const { ip } = yield* RequestInfo
          // Hashes have one length, so the comparison tells nothing of the token's.
          if (!timingSafeEqual(hashToken(Redacted.value(credential)), expected)) {
            yield* limits.signIn(`admin:${ip}`)
            yield* Effect.logWarning("A wrong admin token was sent").pipe(Effect.annotateLogs({ ip }))
            return yield* new Unauthorized({ detail: "Send the admin token as X-Admin-Token" })
          }
          return yield* handler
        })
      })
    })
  )
