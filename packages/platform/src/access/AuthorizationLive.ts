import { CurrentTenant } from "@innkeeper/database"
import { Context, Effect, Layer, Option, Redacted } from "effect"
import { HttpServerRequest, HttpServerRespondable } from "effect/http"
import type { HttpApiEndpoint } from "effect/http-api"
import { ApiKeys } from "../apikey/ApiKeys.ts"
import { RateLimits } from "../edge/RateLimits.ts"
import { Sessions } from "../identity/Sessions.ts"
import type { TenantNotServed } from "../tenant/TenantNotServed.ts"
import { hasFeature, TenantTerms } from "../tenant/TenantTerms.ts"
import { AccessRule, NeedsFeature, type Scope } from "./Access.ts"
import { Authorization, CurrentPrincipal, type Principal } from "./Authorization.ts"
import { fromOtherSite } from "./fromOtherSite.ts"
import { makeAtHost } from "./makeAtHost.ts"
import { makeNamesOwn } from "./makeNamesOwn.ts"
import { makeUnknown } from "./makeUnknown.ts"
import { Forbidden, Unauthorized } from "./Problems.ts"

const signIn = new Unauthorized({ detail: "Nobody is signed in" })

/** The scope that an endpoint asks for; null when being signed in is enough. */
const scopeOf = (endpoint: HttpApiEndpoint.Top): Scope | null | "nobody" => {
  const rule = Option.getOrUndefined(Context.getOption(endpoint.annotations, AccessRule))
  return rule?._tag === "Scoped" ? rule.scope : rule?._tag === "SignedIn" ? null : "nobody"
}

/** `publicUrl` is the address of the web UI; its origin may act with a session's cookie. */
export const authorizationLayer = (options: { readonly publicUrl: string }) =>
  Layer.effect(
    Authorization,
    Effect.gen(function*() {
      const sessions = yield* Sessions
      const keys = yield* ApiKeys
      const limits = yield* RateLimits
      const namesOwn = yield* makeNamesOwn
      const terms = yield* TenantTerms
      const atHost = yield* makeAtHost
      const unknown = yield* makeUnknown
      const origin = new URL(options.publicUrl).origin

      const admit = Effect.fnUntraced(
        function*(principal: Principal, endpoint: HttpApiEndpoint.Top, request: HttpServerRequest.HttpServerRequest) {
          const scope = scopeOf(endpoint)
          const feature = Context.getOption(endpoint.annotations, NeedsFeature)
          if (scope === "nobody") return yield* Effect.die(`${endpoint.identifier} has no access rule for principals`)
          yield* limits.api(`${principal.kind}:${principal.id}`)
          if (!(yield* namesOwn(request.headers, request.url))) {
            return yield* new Forbidden({ detail: "X-Client-ID is not your own organisation" })
          }
          if (Option.isSome(feature)) yield* hasFeature(yield* terms.of(principal.tenantId), feature.value)
          if (scope !== null && !principal.scopes.includes(scope)) {
            return yield* new Forbidden({ detail: `This needs the scope ${scope}` })
          }
        }
      )

      /** Runs the handler for whoever a credential belongs to; a refusal is the answer, and no other scheme is tried. */
      const enter = <A, E, R>(
        kind: "session" | "api-key",
        find: Effect.Effect<Option.Option<Principal>, TenantNotServed>,
        endpoint: HttpApiEndpoint.Top,
        handler: Effect.Effect<A, E, R | CurrentPrincipal | CurrentTenant>
      ) =>
        Effect.gen(function*() {
          const request = yield* HttpServerRequest.HttpServerRequest
          const found = yield* Effect.result(find)
          if (found._tag === "Failure") return yield* HttpServerRespondable.toResponse(found.failure)
          const principal = yield* atHost(found.success, request.headers)
          if (Option.isNone(principal)) return yield* unknown(kind, signIn)
          const identified = <B, F, S>(effect: Effect.Effect<B, F, S>) =>
            effect.pipe(
              Effect.provideService(CurrentPrincipal, principal.value),
              Effect.provideService(CurrentTenant, { id: principal.value.tenantId })
            )
          const refusal = yield* identified(Effect.result(admit(principal.value, endpoint, request)))
          if (refusal._tag === "Failure") return yield* HttpServerRespondable.toResponse(refusal.failure)
          yield* Effect.annotateCurrentSpan({ "tenant.id": principal.value.tenantId, "user.id": principal.value.id })
          return yield* Effect.annotateLogs(identified(handler), { tenant: principal.value.tenantId })
        })

      return Authorization.of({
        session: Effect.fnUntraced(function*(handler, { credential, endpoint }) {
          const request = yield* HttpServerRequest.HttpServerRequest
          const token = Redacted.value(credential)
          if (token === "" || request.headers.authorization !== undefined) return yield* signIn
          if (fromOtherSite(request, origin)) {
            return yield* HttpServerRespondable.toResponse(new Forbidden({ detail: "This came from another site" }))
          }
          return yield* enter("session", sessions.find(token), endpoint, handler)
        }),
        apiKey: Effect.fnUntraced(function*(handler, { credential, endpoint }) {
          const key = Redacted.value(credential)
          if (key === "") return yield* signIn
          return yield* enter("api-key", keys.find(key), endpoint, handler)
        })
      })
    })
  )
