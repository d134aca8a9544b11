import { Effect } from "effect"
import { HttpServerRespondable } from "effect/http"
import { callerNetwork } from "../edge/callerNetwork.ts"
import { RateLimits } from "../edge/RateLimits.ts"
import { RequestInfo } from "../edge/RequestInfo.ts"
import type { Unauthorized } from "./Problems.ts"

/**
 * Makes the answer to a credential that is nobody's: 401, or 429 where the caller's network sent too many of its kind lately.
 * Asked after the look-up, so that who has a valid one is let in beside whoever guesses.
 */
export const makeUnknown = Effect.map(
  RateLimits,
  (limits) =>
    Effect.fnUntraced(function*(kind: "session" | "api-key" | "admin-session", unauthorized: Unauthorized) {
      const { ip } = yield* RequestInfo
      const counted = yield* Effect.result(limits.public(`${kind}:${callerNetwork(ip)}`))
      return yield* HttpServerRespondable.toResponse(counted._tag === "Failure" ? counted.failure : unauthorized)
    })
)
