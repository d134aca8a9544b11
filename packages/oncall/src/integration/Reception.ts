import { callerNetwork, hasFeature, RateLimits, RequestInfo, TenantTerms } from "@innkeeper/platform"
import { Actor } from "@innkeeper/platform/api"
import { Effect, Option } from "effect"
import { HttpServerRequest } from "effect/http"
import type { InboundAlert } from "../alert/Alert.ts"
import { Alerts } from "../alert/Alerts.ts"
import type { Arrival } from "../alert/Ingest.ts"
import type { ServiceId } from "../service/Service.ts"
import { answerLater, answerMoved } from "./Elsewhere.ts"
import { type Door, Integrations } from "./Integrations.ts"

/** Who does what comes in by a door. */
export const actorOf = (door: Door) =>
  new Actor({ kind: "integration", id: door.integrationId, name: door.integrationName })

/** How every receiver lets senders in by their key, and commits what they bring. */
export const makeReception = Effect.gen(function*() {
  const integrations = yield* Integrations
  const alerts = yield* Alerts
  const limits = yield* RateLimits
  const terms = yield* TenantTerms

  /**
   * The door of a key, within its limit, of a tenant that is served and has on-call. An unknown key counts against the
   * caller's address, so that none is guessed.
   */
  const enter = Effect.fnUntraced(function*(key: string) {
    const door = yield* integrations.findByKey(key)
    if (Option.isNone(door)) {
      const elsewhere = yield* integrations.movedTo(key)
      if (Option.isSome(elsewhere)) {
        yield* answerMoved(`${elsewhere.value}${(yield* HttpServerRequest.HttpServerRequest).url}`)
        return door
      }
      yield* limits.public(`integration-key:${callerNetwork((yield* RequestInfo).ip)}`)
      return door
    }
    yield* limits.webhook(door.value.integrationId)
    if ((yield* terms.of(door.value.tenantId)).state === "moving") yield* answerLater
    yield* hasFeature(yield* terms.served(door.value.tenantId), "oncall")
    return door
  })

  /**
   * Commits alerts about the services named, within the tenant's quota, and tells the incident of each; null for one that
   * changed nothing.
   */
  const acceptFor = Effect.fnUntraced(function*(
    door: Door,
    inbound: ReadonlyArray<{ readonly serviceId: ServiceId; readonly alert: InboundAlert }>
  ) {
    const { quotas } = yield* terms.of(door.tenantId)
    if (inbound.length > 0) {
      yield* limits.tenantAlerts(door.tenantId, { limit: quotas.alertsPerMinute, alerts: inbound.length })
    }
    const origin = { integrationId: door.integrationId, actor: actorOf(door) }
    return yield* alerts.accept(door.tenantId, inbound.map((arrival): Arrival => ({ ...origin, ...arrival })))
  })

  /** As `acceptFor`, about the services that the alerts name, or else about the door's own. */
  const accept = Effect.fnUntraced(function*(door: Door, inbound: ReadonlyArray<InboundAlert>) {
    // Each key is looked up once: one that is nobody's is not remembered, and may stand in thousands of alerts.
    const services = new Map(
      yield* Effect.forEach(
        new Set(inbound.map(({ routingKey }) => routingKey)),
        (key) => Effect.map(integrations.serviceFor(door, key), (serviceId) => [key, serviceId] as const)
      )
    )
    return yield* acceptFor(
      door,
      inbound.map((alert) => ({ serviceId: services.get(alert.routingKey) ?? door.serviceId, alert }))
    )
  })

  return { enter, accept, acceptFor }
})
