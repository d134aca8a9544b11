import { type CurrentTenant, tenantWork } from "@innkeeper/database"
import { Jobs, Outbox } from "@innkeeper/runtime"
import { Context, DateTime, Effect, Layer, Redacted } from "effect"
import { SecureRandom } from "effect/crypto"
import { invalidField } from "../access/invalidField.ts"
import { Conflict, NotFound, type Unprocessable } from "../access/Problems.ts"
import { Audit } from "../audit/Audit.ts"
import { OutgoingGuard } from "../edge/OutgoingGuard.ts"
import { shownUrl } from "../identity/shownUrl.ts"
import { SecretBox } from "../secrets/SecretBox.ts"
import { newSecret } from "./signature.ts"
import type { WebhookDelivery } from "./WebhookDelivery.ts"
import { findDeliveries, giveUpPending, insertDeliveries } from "./WebhookDeliveryStore.ts"
import {
  oldSecretLifetime,
  type WebhookEndpoint,
  WebhookEndpointId,
  type WebhookEndpointInput
} from "./WebhookEndpoint.ts"
import { enqueueAttempts } from "./WebhookJob.ts"
import { WebhookSources } from "./WebhookSource.ts"
import {
  countEndpoints,
  deleteEndpoint,
  disableEndpoint,
  enableEndpoint,
  findEndpoints,
  insertEndpoint,
  updateEndpoint,
  writeSecret
} from "./WebhookStore.ts"

type Input = typeof WebhookEndpointInput.Type

/** An endpoint with its signing secret, which is told this once. */
export interface ToldSecret {
  readonly endpoint: WebhookEndpoint
  readonly secret: Redacted.Redacted<string>
}

/** What secrets of endpoints are sealed for. */
export const sealedFor = "webhook endpoint"

/** Endpoints that a tenant may have. */
const most = 50

const gone = new NotFound({ resource: "webhook" })

export const disabledConflict = new Conflict({ detail: "This webhook is disabled. Enable it first." })

/**
 * Where the current tenant's events are sent.
 *
 * @effect-expect-leaking CurrentTenant
 */
export class Webhooks extends Context.Service<Webhooks, {
  readonly list: Effect.Effect<ReadonlyArray<WebhookEndpoint>, never, CurrentTenant>
  readonly get: (id: WebhookEndpointId) => Effect.Effect<WebhookEndpoint, NotFound, CurrentTenant>
  readonly create: (input: Input) => Effect.Effect<ToldSecret, Conflict | Unprocessable, CurrentTenant>
  readonly replace: (
    id: WebhookEndpointId,
    input: Input
  ) => Effect.Effect<WebhookEndpoint, NotFound | Unprocessable, CurrentTenant>
  readonly enable: (id: WebhookEndpointId) => Effect.Effect<WebhookEndpoint, NotFound, CurrentTenant>
  /** What is pending is given up. */
  readonly disable: (id: WebhookEndpointId) => Effect.Effect<WebhookEndpoint, NotFound, CurrentTenant>
  /** With `keepOld` the present secret signs as well for another 24 hours. */
  readonly rotateSecret: (
    id: WebhookEndpointId,
    options: { readonly keepOld: boolean }
  ) => Effect.Effect<ToldSecret, NotFound, CurrentTenant>
  /** Sends a `webhook.test` event. */
  readonly test: (id: WebhookEndpointId) => Effect.Effect<WebhookDelivery, NotFound | Conflict, CurrentTenant>
  readonly remove: (id: WebhookEndpointId) => Effect.Effect<void, NotFound, CurrentTenant>
}>()("platform/Webhooks") {
  static readonly layer = Layer.effect(
    Webhooks,
    Effect.gen(function*() {
      const audit = yield* Audit
      const guard = yield* OutgoingGuard
      const jobs = yield* Jobs
      const outbox = yield* Outbox
      const secrets = yield* SecretBox
      const sources = yield* WebhookSources
      const { scoped } = yield* tenantWork

      const found = (id: WebhookEndpointId) =>
        Effect.flatMap(findEndpoints(id), ([found]) => found === undefined ? Effect.fail(gone) : Effect.succeed(found))

      const changed = Effect.fnUntraced(
        function*(action: string, id: WebhookEndpointId, detail: Readonly<Record<string, string | boolean>> = {}) {
          yield* audit.record({ action: `webhook.${action}`, subject: `webhook:${id}`, detail })
          yield* outbox.publishAll([{ type: "webhook.changed", subject: id, payload: { action } }])
        }
      )

      const check = Effect.fnUntraced(function*(input: Input) {
        yield* guard.check(input.url).pipe(Effect.mapError(({ reason }) => invalidField("url", reason)))
        const unknown = input.eventTypes.filter((type) => !sources.some((source) => source.type === type))
        if (unknown.length > 0) return yield* invalidField("eventTypes", `expected known types; ${unknown[0]} is none`)
      })

      const create = Effect.fn("Webhooks.create")(function*(input: Input) {
        yield* check(input)
        const secret = newSecret()
        const sealed = yield* secrets.seal(sealedFor, secret)
        const id = WebhookEndpointId.make(SecureRandom.uuidV7Unsafe())
        const endpoint = yield* scoped(Effect.gen(function*() {
          if ((yield* countEndpoints) >= most) {
            return yield* new Conflict({ detail: `An organisation may have ${most} webhooks. Remove one first.` })
          }
          yield* insertEndpoint(id, input, sealed)
          yield* changed("created", id, { url: shownUrl(input.url) })
          return yield* Effect.orDie(found(id))
        }))
        return { endpoint, secret }
      })

      const replace = Effect.fn("Webhooks.replace")(function*(id: WebhookEndpointId, input: Input) {
        yield* check(input)
        return yield* scoped(Effect.gen(function*() {
          yield* found(id)
          yield* updateEndpoint(id, input)
          yield* changed("updated", id, { url: shownUrl(input.url) })
          return yield* found(id)
        }))
      })

      const enable = Effect.fn("Webhooks.enable")((id: WebhookEndpointId) =>
        scoped(Effect.gen(function*() {
          if (yield* enableEndpoint(id)) yield* changed("enabled", id)
          return yield* found(id)
        }))
      )

      const disable = Effect.fn("Webhooks.disable")((id: WebhookEndpointId) =>
        scoped(Effect.gen(function*() {
          const now = yield* DateTime.now
          if (yield* disableEndpoint(id, "by-hand", now)) {
            yield* giveUpPending(id, now)
            yield* changed("disabled", id)
          }
          return yield* found(id)
        }))
      )

      const rotateSecret = Effect.fn("Webhooks.rotateSecret")(
        function*(id: WebhookEndpointId, { keepOld }: { readonly keepOld: boolean }) {
          const secret = newSecret()
          const sealed = yield* secrets.seal(sealedFor, secret)
          const now = yield* DateTime.now
          const endpoint = yield* scoped(Effect.gen(function*() {
            yield* found(id)
            yield* writeSecret(id, sealed, keepOld ? DateTime.addDuration(now, oldSecretLifetime) : null)
            yield* changed("secret-rotated", id, { keepOld })
            return yield* found(id)
          }))
          return { endpoint, secret }
        }
      )

      const test = Effect.fn("Webhooks.test")((id: WebhookEndpointId) =>
        scoped(Effect.gen(function*() {
          const endpoint = yield* found(id)
          if (endpoint.disabled !== null) return yield* disabledConflict
          const now = yield* DateTime.now
          const body = JSON.stringify({
            type: "webhook.test",
            timestamp: DateTime.formatIso(now),
            data: { message: "Innkeeper can reach this webhook." }
          })
          const event = { endpointId: id, eventId: SecureRandom.uuidV7Unsafe(), type: "webhook.test", body }
          const [deliveryId] = yield* insertDeliveries([event], now)
          yield* enqueueAttempts(jobs, [{ deliveryId: deliveryId!, attempts: 0, waited: 0 }])
          yield* audit.record({ action: "webhook.tested", subject: `webhook:${id}`, detail: {} })
          const [delivery] = yield* findDeliveries({ endpointId: id, id: deliveryId!, limit: 1 })
          return delivery!
        }))
      )

      const remove = Effect.fn("Webhooks.remove")((id: WebhookEndpointId) =>
        scoped(Effect.gen(function*() {
          const url = yield* Effect.flatMap(deleteEndpoint(id), Effect.fromOption).pipe(
            Effect.catchTag("NoSuchElementError", () => Effect.fail(gone))
          )
          yield* changed("removed", id, { url: shownUrl(url) })
        }))
      )

      return Webhooks.of({
        list: scoped(findEndpoints()).pipe(Effect.withSpan("Webhooks.list")),
        get: Effect.fn("Webhooks.get")((id) => scoped(found(id))),
        create,
        replace,
        enable,
        disable,
        rotateSecret,
        test,
        remove
      })
    })
  )
}
