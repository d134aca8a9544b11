import { asTenant } from "@innkeeper/database"
import { callerNetwork, hasFeature, RateLimits, RequestInfo, Signer, TenantTerms, Users } from "@innkeeper/platform"
import { Actor } from "@innkeeper/platform/api"
import { Effect } from "effect"
import { HttpApiBuilder } from "effect/http-api"
import type { Incident } from "../incident/Incident.ts"
import { Incidents } from "../incident/Incidents.ts"
import { OncallApi } from "../OncallApi.ts"
import { LinkRefused } from "./LinkApi.ts"
import { type LinkClaim, readLink } from "./Links.ts"

const previewOf = (claim: LinkClaim, incident: Incident) => ({
  action: claim.action,
  userName: claim.userName,
  incident: {
    id: incident.id,
    number: incident.number,
    title: incident.title,
    serviceName: incident.serviceName,
    status: incident.status,
    holder: incident.status === "acknowledged" && incident.acknowledgedBy !== null
      ? { name: incident.acknowledgedBy.name, isYou: incident.acknowledgedBy.id === claim.userId }
      : null
  }
})

const gone = () => new LinkRefused({ reason: "invalid" })

export const LinkRoutes = HttpApiBuilder.group(
  OncallApi,
  "links",
  Effect.fnUntraced(function*(handlers) {
    const signer = yield* Signer
    const incidents = yield* Incidents
    const users = yield* Users
    const limits = yield* RateLimits
    const terms = yield* TenantTerms
    const limit = Effect.flatMap(RequestInfo, ({ ip }) => limits.public(`link:${callerNetwork(ip)}`))

    /** What a token allows, as long as the person it was sent to may still do anything here. */
    const allowed = Effect.fnUntraced(function*(token: string) {
      const claim = yield* readLink(signer, token)
      yield* hasFeature(yield* terms.served(claim.tenantId), "oncall")
      const user = yield* users.get(claim.userId).pipe(asTenant(claim.tenantId), Effect.catchTag("NotFound", gone))
      if (user.deactivatedAt !== null) return yield* gone()
      return claim
    })

    return handlers.handleAll({
      preview: Effect.fnUntraced(function*({ payload }) {
        yield* limit
        const claim = yield* allowed(payload.token)
        const incident = yield* incidents.get(claim.incidentId).pipe(
          asTenant(claim.tenantId),
          Effect.catchTag("NotFound", gone)
        )
        return previewOf(claim, incident)
      }),
      use: Effect.fnUntraced(function*({ payload }) {
        yield* limit
        const claim = yield* allowed(payload.token)
        const by = new Actor({ kind: "link", id: claim.userId, name: `${claim.userName} (by link)` })
        const incident = yield* incidents[claim.action](claim.incidentId, by).pipe(
          asTenant(claim.tenantId),
          Effect.catchTag("NotFound", gone)
        )
        return previewOf(claim, incident)
      })
    })
  })
)
