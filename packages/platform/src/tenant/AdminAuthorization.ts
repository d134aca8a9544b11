import { HttpApiMiddleware, HttpApiSecurity } from "effect/http-api"
import { Forbidden, TooManyRequests, Unauthorized, Unavailable } from "../access/Problems.ts"
import type { CurrentAdmin } from "../console/AdminActor.ts"

/** Name of the cookie of the console's session. */
export const adminCookie = "innkeeper_admin"

/**
 * Checks the console's session or `X-Admin-Token` (SEC-01): 503 while the platform has no admin token, 401 when neither is
 * sent or both are wrong, 403 when another site made a browser send the session.
 *
 * @effect-expect-leaking HttpServerRequest | ParsedSearchParams | RouteContext
 */
export class AdminAuthorization extends HttpApiMiddleware.Service<AdminAuthorization, { provides: CurrentAdmin }>()(
  "platform/AdminAuthorization",
  {
    security: {
      adminSession: HttpApiSecurity.apiKey({ in: "cookie", key: adminCookie }),
      adminToken: HttpApiSecurity.apiKey({ in: "header", key: "x-admin-token" })
    },
    error: [Unauthorized, Forbidden, Unavailable, TooManyRequests]
  }
) {}
