import type { TenantId } from "@innkeeper/config"
import { callerNetwork, hasFeature, RateLimits, RequestInfo, TenantTerms } from "@innkeeper/platform"
import { Actor } from "@innkeeper/platform/api"
import { Effect, Option } from "effect"
import { HttpServerRequest } from "effect/http"
import type { InboundAlert } from "../alert/Alert.ts"
import { Alerts } from "../alert/Alerts.ts"
import type { Arrival } from "../alert/Ingest.ts"
import { answerHasMoved, answerLater, answerMoved } from "./Elsewhere.ts"
import { type Door, Integrations } from "./Integrations.ts"
import type { Moved } from "./MovedKeyStore.ts"

/** Who does what comes in by a door. */
export const actorOf = (door: Door) =>
  new Actor({ kind: "integration", id: door.integrationId, name: door.integrationName })

/** An alert and what it is about. */
type About = Pick<Arrival, "serviceId" | "alert" | "incidentId">

/** How every receiver lets senders in by their key, and commits what they bring. */
export const makeReception = Effect.gen(function*() {
  const integrations = yield* Integrations
  const alerts = yield* Alerts
  const limits = yield* RateLimits
  const terms = yield* TenantTerms

  /** Counts a request without the key of an integration against its caller's network, so that none is guessed. */
  const countUnknown = Effect.flatMap(RequestInfo, ({ ip }) => limits.public(`integration-key:${callerNetwork(ip)}`))

  /** The terms of a tenant that is served. Of one that moves, senders are told to try again. */
  const served = Effect.fnUntraced(function*(id: TenantId) {
    if ((yield* terms.of(id)).state === "moving") yield* answerLater
    return yield* terms.served(id)
  })

  /** Leads a sender to the server where its tenant is by now, if that is served. */
  const sendAway = Effect.fnUntraced(function*({ tenantId, url: address }: Moved, key: string) {
    yield* served(tenantId)
    const { headers, url } = yield* HttpServerRequest.HttpServerRequest
    // Clients do not take this header along to another host (RFC 9110, 15.4).
    const isLeftBehind = headers["authorization"]?.includes(key) === true
    yield* address === null || isLeftBehind ? answerHasMoved(address) : answerMoved(`${address}${url}`)
  })

  /**
   * The door of a key, within its limit, of a tenant that is served and has on-call. An unknown key is counted.
   */
  const enter = Effect.fnUntraced(function*(key: string) {
    const door = yield* integrations.findByKey(key)
    if (Option.isNone(door)) {
      const moved = yield* integrations.findMoved(key)
      yield* Option.match(moved, { onNone: () => countUnknown, onSome: (tenant) => sendAway(tenant, key) })
      return door
    }
    yield* limits.webhook(door.value.integrationId)
    yield* hasFeature(yield* served(door.value.tenantId), "oncall")
    return door
  })

  /** Lets so many alerts in, if the tenant's quota allows it. */
  const takeQuota = Effect.fnUntraced(function*({ tenantId }: Door, alerts: number) {
    const { quotas } = yield* terms.of(tenantId)
    if (alerts > 0) yield* limits.tenantAlerts(tenantId, { limit: quotas.alertsPerMinute, alerts })
  })

  /** Commits alerts that were let in, and tells the incident of each; null for one that changed nothing. */
  const commit = (door: Door, inbound: ReadonlyArray<About>) => {
    const origin = { integrationId: door.integrationId, actor: actorOf(door) }
    return alerts.accept(door.tenantId, inbound.map((arrival): Arrival => ({ ...origin, ...arrival })))
  }

  /**
   * Commits alerts about the services or incidents named, within the tenant's quota, and tells the incident of each; null for
   * one that changed nothing.
   */
  const acceptFor = (door: Door, inbound: ReadonlyArray<About>) =>
    Effect.andThen(takeQuota(door, inbound.length), commit(door, inbound))

  /** As `acceptFor`, about the services that the alerts name, or else about the door's own. */
  const accept = Effect.fnUntraced(function*(door: Door, inbound: ReadonlyArray<InboundAlert>) {
    yield* takeQuota(door, inbound.length)
    // Each key is looked up once: one that is nobody's is not remembered, and may stand in thousands of alerts.
    const services = new Map(
      yield* Effect.forEach(
        new Set(inbound.map(({ routingKey }) => routingKey)),
        (key) => Effect.map(integrations.serviceFor(door, key), (serviceId) => [key, serviceId] as const),
        { concurrency: "unbounded" }
      )
    )
    return yield* commit(
      door,
      inbound.map((alert) => ({ serviceId: services.get(alert.routingKey) ?? door.serviceId, alert }))
    )
  })

  return { enter, countUnknown, accept, acceptFor }
})
