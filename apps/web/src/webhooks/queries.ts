import type { WebhookDeliveryId, WebhookDeliveryState, WebhookEndpointId } from "@innkeeper/platform/api"
import { usePages } from "../api/usePages.ts"
import { useQuery } from "../api/useQuery.ts"

/** While something is on its way its state changes within seconds, and no event tells of it. */
const soon = 2000

export const useWebhooks = () => useQuery(["webhook", "list"], (api) => api.webhooks.list())

export const useWebhookEvents = () => useQuery(["webhook", "events"], (api) => api.webhookEvents.list())

export const useWebhook = (id: WebhookEndpointId) =>
  useQuery(["webhook", "one", id], (api) => api.webhooks.get({ params: { id } }), {
    again: ({ pending }) => pending > 0 ? soon : false
  })

/** Deliveries of an endpoint, of one state if it is given. */
export const useDeliveries = (id: WebhookEndpointId, state: WebhookDeliveryState | undefined) =>
  usePages(
    ["webhook", "deliveries", id, state],
    (cursor) => (api) =>
      api.webhookDeliveries.search({ params: { id }, query: { ...(state === undefined ? {} : { state }), ...cursor } }),
    { again: (items) => items.some((delivery) => delivery.state === "pending") ? soon : false }
  )

/** One delivery with its attempts; read when it is opened, and while it is on its way. */
export const useDelivery = (id: WebhookEndpointId, deliveryId: WebhookDeliveryId) =>
  useQuery(
    ["webhook", "delivery", deliveryId],
    (api) => api.webhookDeliveries.get({ params: { id, deliveryId } }),
    { again: ({ delivery }) => delivery.state === "pending" ? soon : false }
  )
