import { Effect, Redacted } from "effect"
import { HttpApiBuilder } from "effect/http-api"
import { PlatformApi } from "../PlatformApi.ts"
import { WebhookDeliveries } from "./WebhookDeliveries.ts"
import { type ToldSecret, Webhooks } from "./Webhooks.ts"
import { WebhookSources } from "./WebhookSource.ts"

const defaultPage = 50

const told = ({ endpoint, secret }: ToldSecret) => ({ endpoint, secret: Redacted.value(secret) })

export const WebhookRoutes = HttpApiBuilder.group(
  PlatformApi,
  "webhooks",
  Effect.fnUntraced(function*(handlers) {
    const webhooks = yield* Webhooks
    return handlers.handleAll({
      list: () => webhooks.list,
      create: ({ payload }) => Effect.map(webhooks.create(payload), told),
      get: ({ params }) => webhooks.get(params.id),
      replace: ({ params, payload }) => webhooks.replace(params.id, payload),
      enable: ({ params }) => webhooks.enable(params.id),
      disable: ({ params }) => webhooks.disable(params.id),
      rotateSecret: ({ params, payload }) => Effect.map(webhooks.rotateSecret(params.id, payload), told),
      test: ({ params }) => webhooks.test(params.id),
      remove: ({ params }) => webhooks.remove(params.id)
    })
  })
)

export const WebhookDeliveryRoutes = HttpApiBuilder.group(
  PlatformApi,
  "webhookDeliveries",
  Effect.fnUntraced(function*(handlers) {
    const deliveries = yield* WebhookDeliveries
    return handlers.handleAll({
      search: Effect.fnUntraced(function*({ params, query: { cursor, limit = defaultPage, state, type } }) {
        const found = yield* deliveries.search({ endpointId: params.id, state, type, before: cursor, limit: limit + 1 })
        return {
          items: found.slice(0, limit),
          nextCursor: found.length > limit ? found[limit - 1]?.id ?? null : null
        }
      }),
      get: ({ params }) => deliveries.get(params.id, params.deliveryId),
      replay: ({ params }) => deliveries.replay(params.id, params.deliveryId),
      replayDead: ({ params, payload }) => deliveries.replayDead(params.id, payload.since)
    })
  })
)

export const WebhookEventRoutes = HttpApiBuilder.group(
  PlatformApi,
  "webhookEvents",
  Effect.fnUntraced(function*(handlers) {
    const sources = yield* WebhookSources
    return handlers.handleAll({
      list: () => Effect.succeed(sources.map(({ description, type }) => ({ type, description })))
    })
  })
)
