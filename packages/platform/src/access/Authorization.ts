import { TenantId } from "@innkeeper/config"
import type { CurrentTenant } from "@innkeeper/database"
import { Context, Schema } from "effect"
import { HttpApiMiddleware, HttpApiSecurity } from "effect/http-api"
import { TenantNotServed } from "../tenant/TenantNotServed.ts"
import { Role, Scope } from "./Access.ts"
import { Forbidden, TooManyRequests, Unauthorized } from "./Problems.ts"

/** Name of the session cookie. */
export const sessionCookie = "innkeeper_session"

/** The person or API key on whose behalf a request runs. */
export class Principal extends Schema.Class<Principal>("platform/Principal")({
  kind: Schema.Literals(["user", "api-key"]),
  id: Schema.String,
  tenantId: TenantId,
  name: Schema.String,
  /** Absent for API keys. */
  role: Schema.optionalKey(Role),
  scopes: Schema.Array(Scope),
  platformAdmin: Schema.Boolean
}) {}

/** The principal of the current request. Provided by {@link Authorization}. */
export class CurrentPrincipal extends Context.Service<CurrentPrincipal, Principal>()("platform/CurrentPrincipal") {}

/**
 * Finds out who calls (session cookie or `Authorization: Bearer` API key), checks the endpoint's `AccessRule`
 * and the `X-Client-ID` header (SEC-02), and opens the caller's tenant for the handler.
 *
 * @effect-expect-leaking HttpServerRequest | ParsedSearchParams | RouteContext
 */
export class Authorization extends HttpApiMiddleware.Service<Authorization, {
  provides: CurrentPrincipal | CurrentTenant
}>()("platform/Authorization", {
  security: {
    session: HttpApiSecurity.apiKey({ in: "cookie", key: sessionCookie }),
    apiKey: HttpApiSecurity.bearer
  },
  error: [Unauthorized, Forbidden, TenantNotServed, TooManyRequests]
}) {}
