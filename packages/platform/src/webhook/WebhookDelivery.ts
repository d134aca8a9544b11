import { Uuid } from "@innkeeper/config"
import { Duration, Schema } from "effect"
import { WebhookEndpointId } from "./WebhookEndpoint.ts"

export const WebhookDeliveryId = Uuid.pipe(Schema.brand("WebhookDeliveryId"))
export type WebhookDeliveryId = typeof WebhookDeliveryId.Type

export const WebhookDeliveryState = Schema.Literals(["pending", "delivered", "dead"])
export type WebhookDeliveryState = typeof WebhookDeliveryState.Type

/** Why a delivery was given up: after its last attempt, because the endpoint answered 410, or was disabled meanwhile. */
export const DeadBecause = Schema.Literals(["exhausted", "gone", "disabled"])
export type DeadBecause = typeof DeadBecause.Type

/** One event on its way to one endpoint. Its id is the `webhook-id`, which all attempts share. */
export class WebhookDelivery extends Schema.Class<WebhookDelivery>("platform/WebhookDelivery")({
  id: WebhookDeliveryId,
  endpointId: WebhookEndpointId,
  eventId: Schema.String,
  type: Schema.String,
  state: WebhookDeliveryState,
  /** Null unless it is dead. */
  deadBecause: Schema.NullOr(DeadBecause),
  /** Attempts so far, replays included. */
  attempts: Schema.Int,
  /** Status of the last answer; null when there was no attempt or no answer. */
  lastStatus: Schema.NullOr(Schema.Int),
  createdAt: Schema.DateTimeUtcFromString,
  nextAttemptAt: Schema.NullOr(Schema.DateTimeUtcFromString),
  finishedAt: Schema.NullOr(Schema.DateTimeUtcFromString)
}) {}

/** One call of the endpoint. */
export class WebhookAttempt extends Schema.Class<WebhookAttempt>("platform/WebhookAttempt")({
  /** From 1. */
  number: Schema.Int,
  at: Schema.DateTimeUtcFromString,
  /** Null when there was no answer. */
  status: Schema.NullOr(Schema.Int),
  milliseconds: Schema.Int,
  /** The first 1024 bytes of the answer's body; without an answer, why there was none. */
  answer: Schema.String
}) {}

/** A delivery with all that is known of it. */
export class WebhookDeliveryDetail extends Schema.Class<WebhookDeliveryDetail>("platform/WebhookDeliveryDetail")({
  delivery: WebhookDelivery,
  /** The body as it is sent, JSON. */
  body: Schema.String,
  /** The oldest first. */
  attempts: Schema.Array(WebhookAttempt)
}) {}

/** Only 2xx is taken for delivered; a redirect is a failure. */
export const isDelivered = (status: number | null) => status !== null && status >= 200 && status < 300

/** Waits between the attempts: the schedule that Standard Webhooks recommends, over a bit more than a day. */
const waits = [
  Duration.seconds(5),
  Duration.minutes(5),
  Duration.minutes(30),
  Duration.hours(2),
  Duration.hours(5),
  Duration.hours(10),
  Duration.hours(10)
]

/** How far a wait may be from its mean, so that what failed together does not come back together. */
const jitter = 0.2

/** An endpoint that asks for more time than this does not get it. */
const longestRetryAfter = Duration.hours(1)

/**
 * How long to wait after `tries` failed attempts, from 1; null when that was the last. `random` is from [0, 1).
 * `retryAfter` is what the endpoint asked for.
 */
export const waitAfter = (tries: number, random: number, retryAfter: Duration.Duration | null) => {
  const wait = waits[tries - 1]
  if (wait === undefined) return null
  const own = Duration.times(wait, 1 - jitter + 2 * jitter * random)
  return retryAfter === null ? own : Duration.max(own, Duration.min(retryAfter, longestRetryAfter))
}
