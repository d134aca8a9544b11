import type { TenantSlug } from "@innkeeper/config"
import { asTenant } from "@innkeeper/database"
import { Duration, Effect, Option, Redacted } from "effect"
import { HttpEffect, HttpServerRequest, HttpServerResponse } from "effect/http"
import { HttpApiBuilder } from "effect/http-api"
import { CurrentPrincipal, sessionCookie } from "../access/Authorization.ts"
import { fromOtherSite } from "../access/fromOtherSite.ts"
import { Forbidden, Unauthorized } from "../access/Problems.ts"
import { callerNetwork } from "../edge/callerNetwork.ts"
import { RateLimits } from "../edge/RateLimits.ts"
import { RequestInfo } from "../edge/RequestInfo.ts"
import { MailCatcher } from "../mail/MailCatcher.ts"
import { PlatformApi } from "../PlatformApi.ts"
import { TenantConfigs } from "../tenant/TenantConfigs.ts"
import { Tenants } from "../tenant/Tenants.ts"
import { browserCookie, browserLifetime, makeKnownBrowsers } from "./makeKnownBrowsers.ts"
import { Me } from "./SessionApi.ts"
import { Sessions } from "./Sessions.ts"
import { UserId } from "./User.ts"
import { Users } from "./Users.ts"

/** `version` is the program's. */
export const sessionRoutes = (options: { readonly publicUrl: string; readonly version: string }) => {
  const { origin } = new URL(options.publicUrl)
  const cookie = (name: string, value: string, maxAge: Duration.Duration) =>
    HttpEffect.appendPreResponseHandler((_request, response) =>
      Effect.orDie(HttpServerResponse.setCookie(response, name, value, {
        path: "/",
        httpOnly: true,
        sameSite: "lax",
        secure: options.publicUrl.startsWith("https:"),
        maxAge
      }))
    )

  return HttpApiBuilder.group(
    PlatformApi,
    "session",
    Effect.fnUntraced(function*(handlers) {
      const sessions = yield* Sessions
      const users = yield* Users
      const tenants = yield* Tenants
      const limits = yield* RateLimits
      const browsers = yield* makeKnownBrowsers
      const configs = yield* TenantConfigs
      const mailbox = Option.isSome(yield* Effect.serviceOption(MailCatcher))

      /** A page of another site signs nobody in or out: a visitor would go on as whom it chose. */
      const ownPage = Effect.gen(function*() {
        const request = yield* HttpServerRequest.HttpServerRequest
        if (fromOtherSite(request, origin)) return yield* new Forbidden({ detail: "This came from another site" })
      })

      const limitNetwork = Effect.flatMap(RequestInfo, ({ ip }) => limits.signIn(callerNetwork(ip)))

      /**
       * Guessing is slow from one address, and slow on one account from however many. Where others have used up the tries, a browser
       * in which an account was entered before has its own, for that account. Gives the organisation to which the try is limited.
       */
      const limit = Effect.fnUntraced(function*(email: string, organisation: TenantSlug | undefined) {
        const address = email.toLowerCase()
        const refused = yield* Effect.result(Effect.andThen(limitNetwork, limits.account(address)))
        if (refused._tag === "Success") return organisation
        const { cookies } = yield* HttpServerRequest.HttpServerRequest
        const known = Option.getOrUndefined(yield* browsers.find(email, cookies[browserCookie] ?? ""))
        if (known === undefined || (organisation ?? known) !== known) return yield* refused.failure
        yield* limits.account(`${known} ${address}`)
        return known
      })

      /** The organisation whose host name was called, or undefined where it is nobody's. */
      const organisationOfHost = Effect.gen(function*() {
        const { headers } = yield* HttpServerRequest.HttpServerRequest
        const found = yield* configs.ofHost(headers.host ?? "")
        return Option.getOrUndefined(Option.map(found, ({ slug }) => slug))
      })

      const enter = Effect.fnUntraced(function*(token: string) {
        yield* cookie(sessionCookie, token, Duration.days(30))
        const principal = yield* sessions.find(token)
        if (Option.isNone(principal)) return
        const { id, tenantId } = principal.value
        const [{ email }, { slug }] = yield* Effect.all([users.get(UserId.make(id)), tenants.current]).pipe(
          asTenant(tenantId),
          Effect.orDie
        )
        yield* cookie(browserCookie, yield* browsers.remember(email, slug), browserLifetime)
      })

      return handlers.handleAll({
        me: Effect.fnUntraced(function*() {
          const principal = yield* CurrentPrincipal
          const { id, name, slug, timeZone } = yield* tenants.current
          const user = principal.kind === "user" ? yield* Effect.orDie(users.get(UserId.make(principal.id))) : null
          return new Me({ principal, user, tenant: { id, slug, name, timeZone }, mailbox, version: options.version })
        }),
        signOut: Effect.fnUntraced(function*() {
          yield* ownPage
          const { cookies } = yield* HttpServerRequest.HttpServerRequest
          const token = cookies[sessionCookie]
          if (token !== undefined) yield* sessions.end(token)
          yield* cookie(sessionCookie, "", Duration.zero)
        }),
        signIn: Effect.fnUntraced(function*({ payload }) {
          yield* ownPage
          const ofHost = yield* organisationOfHost
          const organisation = yield* limit(payload.email, ofHost ?? payload.organisation)
          if (ofHost !== undefined && payload.organisation !== undefined && payload.organisation !== ofHost) {
            return yield* new Unauthorized({ detail: `This address leads to ${ofHost} alone` })
          }
          const token = yield* sessions.signIn({
            ...payload,
            organisation,
            password: Redacted.make(payload.password)
          })
          yield* enter(token)
        }),
        requestMagicLink: Effect.fnUntraced(function*({ payload }) {
          yield* ownPage
          const organisation = yield* limit(payload.email, yield* organisationOfHost)
          // Not waited for: how long it takes would tell whether there is such an account.
          yield* Effect.forkDetach(sessions.mailMagicLink(payload.email, organisation))
        }),
        redeemMagicLink: Effect.fnUntraced(function*({ payload }) {
          yield* ownPage
          const token = yield* sessions.redeem(payload.token, yield* organisationOfHost).pipe(
            Effect.tapErrorTag("Unauthorized", () => limitNetwork)
          )
          yield* enter(token)
        })
      })
    })
  )
}
