import { Job, JobQueue, type Jobs } from "@innkeeper/runtime"
import { Effect, Schema } from "effect"
import { UserId } from "../identity/User.ts"
import { WebhookDeliveryId } from "./WebhookDelivery.ts"
import { DisabledBecause, WebhookEndpointId } from "./WebhookEndpoint.ts"

/** Calls take a socket and little else, so many run side by side; a slow one is ended after 15 s. */
const queue = JobQueue.make("webhooks", { concurrency: 256, partitions: 4 })

const Attempt = Schema.Struct({
  deliveryId: WebhookDeliveryId,
  /** Attempts before this one. */
  attempts: Schema.Int,
  /** How often this attempt was put off because others of its endpoint ran. */
  waited: Schema.Int
})

/** One attempt at a delivery. What comes after it is decided with its outcome, in one transaction. */
export const SendWebhook = Job.make("webhook.send", { queue, payload: Attempt, timeout: "1 minute" })

/** Tells one admin that an endpoint was disabled. */
export const TellDisabled = Job.make("webhook.tell-disabled", {
  queue: "webhook-notices",
  payload: Schema.Struct({
    userId: UserId,
    endpointId: WebhookEndpointId,
    because: DisabledBecause
  })
})

/**
 * Asks for the attempts, which begin when the surrounding transaction commits or after `delay` milliseconds. The same attempt
 * is asked for once for each `occasion`: the job of another one may be planned for much later. It is made once all the same.
 */
export const enqueueAttempts = (
  jobs: Jobs["Service"],
  attempts: ReadonlyArray<typeof Attempt.Type>,
  { delay = 0, occasion = "next" }: { readonly delay?: number; readonly occasion?: string } = {}
) =>
  Effect.orDie(jobs.enqueueAll(SendWebhook, attempts, {
    delay,
    key: ({ attempts, deliveryId, waited }) => `${deliveryId}/${attempts}/${waited}/${occasion}`
  }))
