import type { TenantId } from "@innkeeper/config"
import { EventConsumer, inBatches, JobWorker, OutboxSession } from "@innkeeper/runtime"
import { Effect, Layer } from "effect"
import { WebhookCaller } from "./WebhookCaller.ts"
import { WebhookDeliveries } from "./WebhookDeliveries.ts"
import { WebhookHousekeeping } from "./WebhookHousekeeping.ts"
import { SendWebhook, TellDisabled } from "./WebhookJob.ts"
import { WebhookNotice } from "./WebhookNotice.ts"
import { WebhookSender } from "./WebhookSender.ts"
import { WebhookSources } from "./WebhookSource.ts"
import { tenantsWithReceivers } from "./WebhookStore.ts"

/**
 * Turns events into deliveries. Without sources there is nothing to read. Most tenants have no endpoint: one look tells of
 * all whose events have come, and what they tell costs no transaction.
 */
const Consumer = Layer.unwrap(Effect.gen(function*() {
  const sources = yield* WebhookSources
  const deliveries = yield* WebhookDeliveries
  const byType = new Map(sources.map((source) => [source.type, source]))
  if (byType.size === 0) return Layer.empty
  const { onSession } = yield* OutboxSession
  const hasReceivers = inBatches(
    (tenantIds: ReadonlyArray<TenantId>) =>
      Effect.map(onSession(tenantsWithReceivers(tenantIds)), (found) => tenantIds.map((id) => found.has(id))),
    () => false
  )
  return EventConsumer.layer({
    name: "platform/webhooks",
    types: [...byType.keys()],
    // Those of one tenant are committed together.
    concurrency: 64,
    handler: Effect.fnUntraced(function*(event) {
      const source = byType.get(event.type)
      if (source !== undefined && (yield* hasReceivers(event.tenantId))) yield* deliveries.deliver(event, source)
    }, Effect.orDie)
  })
}))

const Sending = Layer.unwrap(Effect.map(WebhookSender, ({ attempt }) => JobWorker.layer(SendWebhook, attempt)))

const Telling = Layer.unwrap(Effect.map(
  WebhookNotice,
  ({ tell }) => JobWorker.layer(TellDisabled, (payload, { idempotencyKey }) => tell(payload, idempotencyKey))
))

/** What webhooks do on their own: deliver events, try again, tell of endpoints that were disabled, tidy up. */
export const webhookWorkers = (options: { readonly publicUrl: string }) =>
  Layer.mergeAll(
    Consumer,
    WebhookHousekeeping,
    Sending.pipe(Layer.provide(WebhookSender.layer), Layer.provide(WebhookCaller.layer)),
    Telling.pipe(Layer.provide(WebhookNotice.layer(options)))
  )
