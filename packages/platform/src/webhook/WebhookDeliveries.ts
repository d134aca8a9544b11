import type { TenantId } from "@innkeeper/config"
import { asTenant, type CurrentTenant, tenantWork } from "@innkeeper/database"
import { type DomainEvent, groupCommit, Jobs } from "@innkeeper/runtime"
import { Context, DateTime, Effect, Layer, Option } from "effect"
import { Conflict, NotFound } from "../access/Problems.ts"
import { Audit } from "../audit/Audit.ts"
import type {
  WebhookDelivery,
  WebhookDeliveryDetail,
  WebhookDeliveryId,
  WebhookDeliveryState
} from "./WebhookDelivery.ts"
import {
  countDead,
  findDeliveries,
  findDetail,
  insertDeliveries,
  reviveDead,
  reviveDelivery
} from "./WebhookDeliveryStore.ts"
import { type Receiver, wants, type WebhookEndpointId } from "./WebhookEndpoint.ts"
import { enqueueAttempts } from "./WebhookJob.ts"
import { disabledConflict } from "./Webhooks.ts"
import type { WebhookSource } from "./WebhookSource.ts"
import { findEndpoints, findReceivers } from "./WebhookStore.ts"

/** Deliveries that one request replays. */
const replayedAtOnce = 1000

/** A replay at that moment: the attempt may have a job already, of before the delivery was given up. */
const replayed = (at: DateTime.Utc) => ({ occasion: `replayed ${DateTime.formatIso(at)}` })

/** An event, and how its data is found. */
interface Told {
  readonly event: DomainEvent
  readonly source: WebhookSource
}

const gone = (resource: "webhook" | "delivery") => new NotFound({ resource })

/**
 * What was sent to the current tenant's webhooks, and what will be.
 *
 * @effect-expect-leaking CurrentTenant
 */
export class WebhookDeliveries extends Context.Service<WebhookDeliveries, {
  /** Makes a delivery for each endpoint that wants the event. Repeating it changes nothing. */
  readonly deliver: (event: DomainEvent, source: WebhookSource) => Effect.Effect<void>
  readonly search: (filter: {
    readonly endpointId: WebhookEndpointId
    readonly state?: WebhookDeliveryState | undefined
    readonly type?: string | undefined
    readonly before?: string | undefined
    readonly limit: number
  }) => Effect.Effect<ReadonlyArray<WebhookDelivery>, NotFound, CurrentTenant>
  readonly get: (
    endpointId: WebhookEndpointId,
    id: WebhookDeliveryId
  ) => Effect.Effect<WebhookDeliveryDetail, NotFound, CurrentTenant>
  /** Sends one again. It must not be waiting for an attempt already. */
  readonly replay: (
    endpointId: WebhookEndpointId,
    id: WebhookDeliveryId
  ) => Effect.Effect<WebhookDelivery, NotFound | Conflict, CurrentTenant>
  /** Sends again what was given up since then: at most 1000, the oldest first. `left` are still dead. */
  readonly replayDead: (
    endpointId: WebhookEndpointId,
    since: DateTime.Utc
  ) => Effect.Effect<{ readonly replayed: number; readonly left: number }, NotFound | Conflict, CurrentTenant>
}>()("platform/WebhookDeliveries") {
  static readonly layer = Layer.effect(
    WebhookDeliveries,
    Effect.gen(function*() {
      const audit = yield* Audit
      const jobs = yield* Jobs
      const { scoped } = yield* tenantWork

      const endpointOf = (id: WebhookEndpointId) =>
        Effect.flatMap(
          findEndpoints(id),
          ([found]) => found === undefined ? Effect.fail(gone("webhook")) : Effect.succeed(found)
        )

      const enabled = Effect.fnUntraced(function*(id: WebhookEndpointId) {
        if ((yield* endpointOf(id)).disabled !== null) return yield* disabledConflict
      })

      /** What the event is to its receivers; nothing when none wants it or what it was about is gone. */
      const deliveriesOf = Effect.fnUntraced(
        function*({ event, source }: Told, receivers: ReadonlyArray<typeof Receiver.Type>) {
          const wanting = receivers.filter((receiver) => wants(receiver, event))
          const data = wanting.length === 0 ? null : yield* source.data(event)
          if (data === null) return []
          const body = JSON.stringify({ type: event.type, timestamp: DateTime.formatIso(event.at), data })
          return wanting.map(({ id }) => ({ endpointId: id, eventId: event.id, type: event.type, body }))
        }
      )

      /** What a tenant tells at once costs one transaction. */
      const deliver = groupCommit((tenantId: TenantId, told: ReadonlyArray<Told>) =>
        scoped(Effect.gen(function*() {
          const receivers = yield* findReceivers
          const made = yield* Effect.forEach(told, (one) => deliveriesOf(one, receivers))
          if (made.flat().length > 0) {
            const written = yield* insertDeliveries(made.flat(), yield* DateTime.now)
            yield* enqueueAttempts(jobs, written.map((deliveryId) => ({ deliveryId, attempts: 0, waited: 0 })))
          }
          return told.map(() => undefined)
        })).pipe(asTenant(tenantId))
      )

      const replay = Effect.fn("WebhookDeliveries.replay")((endpointId: WebhookEndpointId, id: WebhookDeliveryId) =>
        scoped(Effect.gen(function*() {
          const found = Effect.flatMap(
            findDeliveries({ endpointId, id, limit: 1 }),
            ([delivery]) => delivery === undefined ? Effect.fail(gone("delivery")) : Effect.succeed(delivery)
          )
          yield* found
          yield* enabled(endpointId)
          const now = yield* DateTime.now
          const revived = yield* reviveDelivery(id, now)
          if (Option.isNone(revived)) {
            return yield* new Conflict({ detail: "This delivery is waiting for its next attempt already" })
          }
          yield* enqueueAttempts(jobs, [{ deliveryId: id, attempts: revived.value.attempts, waited: 0 }], replayed(now))
          yield* audit.record({
            action: "webhook.replayed",
            subject: `webhook:${endpointId}`,
            detail: { deliveryId: id }
          })
          return yield* found
        }))
      )

      const replayDead = Effect.fn("WebhookDeliveries.replayDead")(
        (endpointId: WebhookEndpointId, since: DateTime.Utc) =>
          scoped(Effect.gen(function*() {
            yield* enabled(endpointId)
            const now = yield* DateTime.now
            const revived = yield* reviveDead(endpointId, since, replayedAtOnce, now)
            yield* enqueueAttempts(
              jobs,
              revived.map(({ attempts, id }) => ({ deliveryId: id, attempts, waited: 0 })),
              replayed(now)
            )
            yield* audit.record({
              action: "webhook.replayed",
              subject: `webhook:${endpointId}`,
              detail: { since: DateTime.formatIso(since), deliveries: revived.length }
            })
            return { replayed: revived.length, left: yield* countDead(endpointId, since) }
          }))
      )

      return WebhookDeliveries.of({
        deliver: Effect.fn("WebhookDeliveries.deliver")((event, source) => deliver(event.tenantId, { event, source })),
        search: Effect.fn("WebhookDeliveries.search")((filter) =>
          scoped(Effect.andThen(endpointOf(filter.endpointId), findDeliveries(filter)))
        ),
        get: Effect.fn("WebhookDeliveries.get")((endpointId, id) =>
          scoped(Effect.flatMap(findDetail(endpointId, id), Effect.fromOption)).pipe(
            Effect.catchTag("NoSuchElementError", () => Effect.fail(gone("delivery")))
          )
        ),
        replay,
        replayDead
      })
    })
  )
}
