import { Context, Duration, Effect, Layer, Metric } from "effect"
import { HttpEffect, type HttpServerRequest, HttpServerResponse } from "effect/http"
import { RateLimiter } from "effect/persistence"
import { TooManyRequests } from "../access/Problems.ts"

/** Requests a minute that one caller may make, by kind of caller. */
export interface Limits {
  /** Per integration key. */
  readonly webhook: number
  /** Per signed-in person or API key. */
  readonly api: number
  /** Per address, for what needs no sign-in. */
  readonly public: number
  /** Tries to sign in, per address. */
  readonly signIn: number
  /** Tries to sign in, per account. */
  readonly account: number
}

export const defaultLimits: Limits = { webhook: 1000, api: 500, public: 100, signIn: 20, account: 10 }

const away = Metric.counter("rate_limiter_failures", {
  description: "Requests let through because the limiter was away",
  incremental: true
})
const exceeded = Metric.counter("rate_limit_exceeded", {
  description: "Requests refused by a limit, by kind",
  incremental: true
})

/** A part of a tenant's quota of alerts. */
interface AlertQuota {
  /** Alerts a minute that the tenant may send. */
  readonly limit: number
  /** Alerts that have come now. */
  readonly alerts: number
}

/**
 * Limits how often callers call, and tells them where they stand (draft-ietf-httpapi-ratelimit-headers). When the limiter
 * itself is away, requests are let through.
 *
 * A window opens with a caller's first request and is as long as its requests are worth, a minute / limit each: who made
 * few has all of them again soon, who used up all waits for the rest of a minute. `t` is the end of this window.
 *
 * @effect-expect-leaking HttpServerRequest
 */
export class RateLimits extends Context.Service<
  RateLimits,
  & {
    readonly [Kind in keyof Limits]: (
      caller: string
    ) => Effect.Effect<void, TooManyRequests, HttpServerRequest.HttpServerRequest>
  }
  & {
    /** Alerts of a tenant, by all its integrations together. More at once than the whole quota count as the quota. */
    readonly tenantAlerts: (
      tenant: string,
      quota: AlertQuota
    ) => Effect.Effect<void, TooManyRequests, HttpServerRequest.HttpServerRequest>
  }
>()("platform/RateLimits") {
  static readonly layer = (given: Partial<Limits> = {}) =>
    Layer.effect(
      RateLimits,
      Effect.gen(function*() {
        const limiter = yield* RateLimiter.RateLimiter
        const limits = { ...defaultLimits, ...given }

        const consume = Effect.fnUntraced(
          function*(kind: string, caller: string, limit: number, tokens: number) {
            const consumed = yield* limiter.consume({
              algorithm: "fixed-window",
              onExceeded: "fail",
              key: `${kind}:${caller}`,
              limit,
              tokens,
              window: "1 minute"
            }).pipe(
              Effect.timeout("500 millis"),
              Effect.map((result) => ({ refused: false, remaining: result.remaining, reset: result.resetAfter })),
              Effect.catchReason(
                "RateLimiterError",
                "RateLimitExceeded",
                (reason) => Effect.succeed({ refused: true, remaining: 0, reset: reason.retryAfter })
              ),
              Effect.catch((error) =>
                Effect.gen(function*() {
                  yield* Effect.logWarning("The rate limiter is away; the request goes through", error)
                  yield* Metric.update(away, 1)
                  return undefined
                })
              )
            )
            if (consumed === undefined) return
            const seconds = Math.max(1, Math.ceil(Duration.toSeconds(consumed.reset)))
            yield* HttpEffect.appendPreResponseHandler((_request, response) =>
              Effect.succeed(HttpServerResponse.setHeaders(response, {
                "ratelimit-policy": listed(response.headers["ratelimit-policy"], `"${kind}";q=${limit};w=60`),
                "ratelimit": listed(
                  response.headers["ratelimit"],
                  `"${kind}";r=${Math.max(0, consumed.remaining)};t=${seconds}`
                ),
                ...(consumed.refused ? { "retry-after": String(seconds) } : {})
              }))
            )
            if (consumed.refused) {
              yield* Metric.update(Metric.withAttributes(exceeded, { kind }), 1)
              return yield* new TooManyRequests({
                detail: `At most ${limit} a minute. Come back in ${seconds} s.`,
                retryAfter: seconds
              })
            }
          }
        )
        const limit = (kind: keyof Limits) => (caller: string) => consume(kind, caller, limits[kind], 1)

        return RateLimits.of({
          tenantAlerts: (tenant, { alerts, limit }) => consume("alerts", tenant, limit, Math.min(alerts, limit)),
          webhook: limit("webhook"),
          api: limit("api"),
          public: limit("public"),
          signIn: limit("signIn"),
          account: limit("account")
        })
      })
    )
}

/** A member more in a list of header members (RFC 9651). */
const listed = (members: string | undefined, member: string) => members === undefined ? member : `${members}, ${member}`
