/** Webhooks that send, and a receiver that can be told how to behave. Tests only. */
import { asTenant, withTenant } from "@innkeeper/database"
import { clusterLayer, JobRunner, JobSignal, Outbox, OutboxSignal } from "@innkeeper/runtime"
import { HttpSink, type makeTenant } from "@innkeeper/testkit"
import { Effect, Layer, Schedule } from "effect"
import { platformWith, publicUrl } from "../Platform.fixture.ts"
import { WebhookDeliveries } from "./WebhookDeliveries.ts"
import type { WebhookDeliveryId } from "./WebhookDelivery.ts"
import type { WebhookEndpointId } from "./WebhookEndpoint.ts"
import { Webhooks } from "./Webhooks.ts"
import type { WebhookSource } from "./WebhookSource.ts"
import { webhookWorkers } from "./WebhookWorkers.ts"

/** Events whose payload is their data; `null` is of something that is gone. */
const source = (type: string): WebhookSource => ({
  type,
  description: `something was ${type}`,
  data: ({ payload }) => Effect.succeed(payload)
})

/** A platform that sends events of the types `thing.made` and `thing.broken`. */
export const webhooksLayer = (options: { readonly allowInside: boolean }) =>
  webhookWorkers({ publicUrl }).pipe(
    Layer.provideMerge(JobRunner.layer),
    Layer.provideMerge(Layer.mergeAll(JobSignal.layer, OutboxSignal.layer, clusterLayer({ kind: "embedded" }))),
    Layer.provideMerge(platformWith({ ...options, webhookSources: [source("thing.made"), source("thing.broken")] })),
    Layer.provideMerge(HttpSink.layer)
  )

type Tenant = Effect.Success<ReturnType<typeof makeTenant>>

/** An endpoint of the tenant at the sink under its own path, and what came there. */
export const makeEndpoint = Effect.fnUntraced(
  function*(tenant: Tenant, path: string, eventTypes: ReadonlyArray<string> = []) {
    const webhooks = yield* Webhooks
    const sink = yield* HttpSink
    const { endpoint, secret } = yield* webhooks.create({ url: `${sink.url}/${path}`, description: path, eventTypes })
      .pipe(asTenant(tenant))
    const came = Effect.map(sink.requests, (all) => all.filter((request) => request.path === `/${path}`))
    return { id: endpoint.id, url: endpoint.url, secret, came }
  }
)

/** Says that something happened. */
export const happen = Effect.fnUntraced(
  function*(tenant: Tenant, type: string, ...payloads: ReadonlyArray<string | null>) {
    const { publishAll } = yield* Outbox
    yield* publishAll(payloads.map((payload, number) => ({ type, subject: `${number}`, payload }))).pipe(
      withTenant,
      asTenant(tenant)
    )
  }
)

/** Looks again and again until what it sees is what the test waits for. */
export const until = <A, E, R>(look: Effect.Effect<A, E, R>, holds: (seen: A) => boolean) =>
  Effect.repeat(look, { until: holds, schedule: Schedule.spaced("20 millis") })

/** Deliveries of an endpoint, the newest first. */
export const deliveriesOf = (tenant: Tenant, endpointId: WebhookEndpointId) =>
  Effect.flatMap(WebhookDeliveries, ({ search }) => search({ endpointId, limit: 200 }).pipe(asTenant(tenant)))

/** One delivery with its attempts. */
export const detailOf = (tenant: Tenant, endpointId: WebhookEndpointId, id: WebhookDeliveryId) =>
  Effect.flatMap(WebhookDeliveries, ({ get }) => get(endpointId, id).pipe(asTenant(tenant)))
