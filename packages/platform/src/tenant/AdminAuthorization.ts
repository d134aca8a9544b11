import { HttpApiMiddleware, HttpApiSecurity } from "effect/http-api"
import { TooManyRequests, Unauthorized, Unavailable } from "../access/Problems.ts"

/** Checks `X-Admin-Token` (SEC-01): 503 while the platform has none, 401 when it is missing or wrong. */
export class AdminAuthorization extends HttpApiMiddleware.Service<AdminAuthorization>()("platform/AdminAuthorization", {
  security: { adminToken: HttpApiSecurity.apiKey({ in: "header", key: "x-admin-token" }) },
  error: [Unauthorized, Unavailable, TooManyRequests]
}) {}
