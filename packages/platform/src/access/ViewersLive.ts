import { asTenant } from "@innkeeper/database"
import { Viewers, type Violation } from "@innkeeper/runtime"
import { SocketUnauthorized } from "@innkeeper/runtime/api"
import { Effect, Layer, Metric, Option } from "effect"
import { Cookies } from "effect/http"
import { ApiKeys } from "../apikey/ApiKeys.ts"
import { Audit } from "../audit/Audit.ts"
import { callerNetwork } from "../edge/callerNetwork.ts"
import { RateLimits } from "../edge/RateLimits.ts"
import { RequestInfo } from "../edge/RequestInfo.ts"
import { Sessions } from "../identity/Sessions.ts"
import { Actor } from "../identity/User.ts"
import { CurrentPrincipal, sessionCookie } from "./Authorization.ts"
import { makeAtHost } from "./makeAtHost.ts"
import { makeNamesOwn } from "./makeNamesOwn.ts"

const violations = Metric.counter("live_connection_violations", {
  description: "Live connections that were refused, or closed by the server, by reason",
  incremental: true
})

/**
 * Finds out who opens a live connection, by the cookie or the key that it was opened with: nobody, where it says to be another
 * organisation's than theirs. Connections that were refused or closed are in the audit log of whose they were; those of nobody
 * known are in the log and in a metric only.
 */
export const ViewersLive = Layer.effect(
  Viewers,
  Effect.gen(function*() {
    const sessions = yield* Sessions
    const keys = yield* ApiKeys
    const audit = yield* Audit
    const limits = yield* RateLimits
    const atHost = yield* makeAtHost
    const namesOwn = yield* makeNamesOwn

    return Viewers.of({
      identify: Effect.fnUntraced(function*(headers) {
        const bearer = /^bearer (.+)$/i.exec(headers.authorization ?? "")?.[1]
        const cookie = Cookies.parseHeader(headers.cookie ?? "")[sessionCookie]
        const find = bearer !== undefined
          ? keys.find(bearer)
          : cookie !== undefined
          ? sessions.find(cookie)
          : Effect.succeedNone
        const found = yield* Effect.catchTag(find, "TenantNotServed", () => Effect.succeedNone)
        const principal = yield* atHost(found, headers)
        if (Option.isNone(principal)) return yield* new SocketUnauthorized()
        const { id, kind, name, tenantId } = principal.value
        const isOwn = yield* namesOwn(headers, "/rpc").pipe(
          Effect.provideService(CurrentPrincipal, principal.value),
          asTenant(tenantId)
        )
        if (!isOwn) return yield* new SocketUnauthorized()
        return { tenantId, kind, id, name }
      }),
      mayOpen: Effect.flatMap(RequestInfo, ({ ip }) => limits.api(`socket:${callerNetwork(ip)}`)).pipe(
        Effect.as(true),
        Effect.catchTag("TooManyRequests", () => Effect.succeed(false))
      ),
      report: Effect.fnUntraced(function*({ action, reason, viewer }: Violation) {
        yield* Metric.update(Metric.withAttributes(violations, { action }), 1)
        if (viewer === null) {
          return yield* Effect.logInfo("A live connection was refused", { reason })
        }
        const { id, kind, name, tenantId } = viewer
        yield* audit.record({
          action,
          subject: `${kind}:${id}`,
          detail: { reason },
          actor: new Actor({ kind, id, name })
        }).pipe(asTenant(tenantId))
      })
    })
  })
)
