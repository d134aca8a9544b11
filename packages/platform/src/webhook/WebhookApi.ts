import { Schema } from "effect"
import { HttpApiEndpoint, HttpApiGroup, HttpApiSchema } from "effect/http-api"
import { AccessRule, needs } from "../access/Access.ts"
import { Authorization } from "../access/Authorization.ts"
import { Instant } from "../access/Instant.ts"
import { Page, pageQuery } from "../access/Page.ts"
import { Conflict, NotFound, Unprocessable } from "../access/Problems.ts"
import { WebhookDelivery, WebhookDeliveryDetail, WebhookDeliveryId, WebhookDeliveryState } from "./WebhookDelivery.ts"
import { WebhookEndpoint, WebhookEndpointId, WebhookEndpointInput, WebhookEventType } from "./WebhookEndpoint.ts"

const read = needs("webhooks:read")
const write = needs("webhooks:write")

const one = { id: WebhookEndpointId }
const oneDelivery = { id: WebhookEndpointId, deliveryId: WebhookDeliveryId }

/** An endpoint and its signing secret (Standard Webhooks, `whsec_…`), which is told this once. */
export const WebhookEndpointWithSecret = Schema.Struct({ endpoint: WebhookEndpoint, secret: Schema.String })

/** Types of events that can be sent. */
export const WebhookEvent = Schema.Struct({ type: WebhookEventType, description: Schema.String })

/** Where a tenant's events are sent. */
export class WebhookApi extends HttpApiGroup.make("webhooks")
  .add(
    HttpApiEndpoint.get("list", "/", { success: Schema.Array(WebhookEndpoint) }).annotate(AccessRule, read),
    HttpApiEndpoint.post("create", "/", {
      payload: WebhookEndpointInput,
      success: WebhookEndpointWithSecret,
      error: [Conflict, Unprocessable]
    }).annotate(AccessRule, write),
    HttpApiEndpoint.get("get", "/:id", { params: one, success: WebhookEndpoint, error: NotFound })
      .annotate(AccessRule, read),
    HttpApiEndpoint.put("replace", "/:id", {
      params: one,
      payload: WebhookEndpointInput,
      success: WebhookEndpoint,
      error: [NotFound, Unprocessable]
    }).annotate(AccessRule, write),
    HttpApiEndpoint.post("enable", "/:id/enable", { params: one, success: WebhookEndpoint, error: NotFound })
      .annotate(AccessRule, write),
    /** What is pending is given up; it can be replayed once the endpoint is enabled again. */
    HttpApiEndpoint.post("disable", "/:id/disable", { params: one, success: WebhookEndpoint, error: NotFound })
      .annotate(AccessRule, write),
    HttpApiEndpoint.post("rotateSecret", "/:id/rotate-secret", {
      params: one,
      /** With `keepOld` the present secret signs beside the new one for another 24 hours. */
      payload: Schema.Struct({ keepOld: Schema.Boolean }),
      success: WebhookEndpointWithSecret,
      error: NotFound
    }).annotate(AccessRule, write),
    /** Sends a `webhook.test` event, whatever types the endpoint wants. */
    HttpApiEndpoint.post("test", "/:id/test", {
      params: one,
      success: WebhookDelivery,
      error: [NotFound, Conflict]
    }).annotate(AccessRule, write),
    HttpApiEndpoint.delete("remove", "/:id", {
      params: one,
      success: HttpApiSchema.NoContent,
      error: NotFound
    }).annotate(AccessRule, write)
  )
  .middleware(Authorization)
  .prefix("/webhooks")
{}

/** What was sent to an endpoint in the last 30 days, the newest first. */
export class WebhookDeliveryApi extends HttpApiGroup.make("webhookDeliveries")
  .add(
    HttpApiEndpoint.get("search", "/", {
      params: one,
      query: {
        state: Schema.optionalKey(WebhookDeliveryState),
        type: Schema.optionalKey(WebhookEventType),
        ...pageQuery
      },
      success: Page(WebhookDelivery),
      error: NotFound
    }).annotate(AccessRule, read),
    HttpApiEndpoint.get("get", "/:deliveryId", {
      params: oneDelivery,
      success: WebhookDeliveryDetail,
      error: NotFound
    }).annotate(AccessRule, read),
    /** Sends it again with the same `webhook-id` and the whole schedule of retries. */
    HttpApiEndpoint.post("replay", "/:deliveryId/replay", {
      params: oneDelivery,
      success: WebhookDelivery,
      error: [NotFound, Conflict]
    }).annotate(AccessRule, write),
    /** Sends again what was given up and is not older than `since`: at most 1000 at a time, the oldest first. */
    HttpApiEndpoint.post("replayDead", "/replay-dead", {
      params: one,
      payload: Schema.Struct({ since: Instant }),
      success: Schema.Struct({ replayed: Schema.Int, left: Schema.Int }),
      error: [NotFound, Conflict]
    }).annotate(AccessRule, write)
  )
  .middleware(Authorization)
  .prefix("/webhooks/:id/deliveries")
{}

/** What endpoints can ask for. */
export class WebhookEventApi extends HttpApiGroup.make("webhookEvents")
  .add(HttpApiEndpoint.get("list", "/", { success: Schema.Array(WebhookEvent) }).annotate(AccessRule, read))
  .middleware(Authorization)
  .prefix("/webhook-events")
{}
