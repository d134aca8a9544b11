import { Uuid } from "@innkeeper/config"
import { DateTime, Duration, Schema } from "effect"
import { Text } from "../access/Text.ts"

export const WebhookEndpointId = Uuid.pipe(Schema.brand("WebhookEndpointId"))
export type WebhookEndpointId = typeof WebhookEndpointId.Type

/** `noun.participle` in full-stop-delimited words, as Standard Webhooks recommends: `incident.acknowledged`. */
export const WebhookEventType = Schema.String.check(
  Schema.isMaxLength(100),
  Schema.isPattern(/^[a-z][a-z0-9-]*(\.[a-z][a-z0-9-]*)+$/, { expected: "an event type such as incident.triggered" })
)

/** Why an endpoint gets nothing: somebody stopped it, it failed for days, or it answered 410 Gone. */
export const DisabledBecause = Schema.Literals(["by-hand", "failing", "gone"])
export type DisabledBecause = typeof DisabledBecause.Type

/** An address of the tenant that is called when something happened. Its secret is told once and not part of this. */
export class WebhookEndpoint extends Schema.Class<WebhookEndpoint>("platform/WebhookEndpoint")({
  id: WebhookEndpointId,
  /** https, on the public Internet. */
  url: Schema.String,
  description: Schema.String,
  /** Empty: every type, also those that come later. */
  eventTypes: Schema.Array(Schema.String),
  createdAt: Schema.DateTimeUtcFromString,
  /** Null while it is enabled. */
  disabled: Schema.NullOr(Schema.Struct({ at: Schema.DateTimeUtcFromString, because: DisabledBecause })),
  /** Until when the secret before the present one signs as well; null when there is none. */
  oldSecretUntil: Schema.NullOr(Schema.DateTimeUtcFromString),
  /** The first failure since the last success; null when the last attempt succeeded, or there was none. */
  failingSince: Schema.NullOr(Schema.DateTimeUtcFromString),
  lastSuccessAt: Schema.NullOr(Schema.DateTimeUtcFromString),
  /** Deliveries that are waiting for an attempt. */
  pending: Schema.Int,
  /** Deliveries that were given up and not replayed. */
  dead: Schema.Int
}) {}

/** What people decide about an endpoint. */
export const WebhookEndpointInput = Schema.Struct({
  url: Text(2000).check(Schema.isMinLength(1)),
  description: Text(500),
  eventTypes: Schema.Array(WebhookEventType).check(Schema.isMaxLength(100))
})

/** How long the old secret signs beside a new one. */
export const oldSecretLifetime = Duration.hours(24)

/** An endpoint that has done nothing but fail for so long is disabled. */
export const failingLimit = Duration.days(5)

/** What decides whether an endpoint gets an event. */
export const Receiver = Schema.Struct({
  id: WebhookEndpointId,
  eventTypes: Schema.Array(Schema.String),
  createdAt: Schema.DateTimeUtcFromDate
})

/** Whether an endpoint gets an event: one of the types it asked for, which happened while it was there. */
export const wants = (
  { createdAt, eventTypes }: typeof Receiver.Type,
  event: { readonly type: string; readonly at: DateTime.Utc }
) => (eventTypes.length === 0 || eventTypes.includes(event.type)) && DateTime.isLessThanOrEqualTo(createdAt, event.at)

/** Why to disable an endpoint after a failed attempt at `now`; null when it stays. 410 is its own wish. */
export const disabledAfter = (
  endpoint: { readonly failingSince: DateTime.Utc | null },
  attempt: { readonly status: number | null },
  now: DateTime.Utc
): DisabledBecause | null =>
  attempt.status === 410
    ? "gone"
    : endpoint.failingSince !== null &&
        DateTime.isGreaterThanOrEqualTo(now, DateTime.addDuration(endpoint.failingSince, failingLimit))
    ? "failing"
    : null
