import type { TenantId } from "@innkeeper/config"
import { asTenant, CurrentTenant, tenantWork } from "@innkeeper/database"
import { groupCommit, Jobs, Outbox } from "@innkeeper/runtime"
import { Clock, Context, DateTime, Duration, Effect, Layer, Metric, Random } from "effect"
import { Audit } from "../audit/Audit.ts"
import { findUsers } from "../identity/UserStore.ts"
import { SecretBox } from "../secrets/SecretBox.ts"
import { admit, emptyLane, isIdle, type Lane, leave } from "./lane.ts"
import { signedHeaders } from "./signature.ts"
import { type Outcome, WebhookCaller } from "./WebhookCaller.ts"
import { isDelivered, waitAfter, WebhookAttempt } from "./WebhookDelivery.ts"
import { findWork, giveUpPending, type Next, postpone, recordAttempt, type Work } from "./WebhookDeliveryStore.ts"
import { disabledAfter, type DisabledBecause, type WebhookEndpointId } from "./WebhookEndpoint.ts"
import { enqueueAttempts, type SendWebhook, TellDisabled } from "./WebhookJob.ts"
import { sealedFor } from "./Webhooks.ts"
import { disableEndpoint, noteFailure, noteSuccess } from "./WebhookStore.ts"

type Payload = typeof SendWebhook.payload.Type

/** Milliseconds that an attempt sits out, and how often, instead of coming back by a job of its own. */
const shortWait = 250
const mostShortWaits = 3

/** A call of an endpoint that began at `now`; or how long to wait for one. */
type Called =
  & { readonly now: number }
  & (
    | { readonly outcome: Outcome }
    | { readonly outcome: null; readonly milliseconds: number }
  )

/** An attempt that is put off. */
interface Wait {
  readonly payload: Payload
  readonly milliseconds: number
  readonly until: DateTime.Utc
}

const calls = Metric.counter("webhook_attempts", {
  description: "Calls of webhook endpoints, by outcome: delivered, failed, or dead when it was the last",
  incremental: true
})

/**
 * Does what an attempt asks for.
 *
 * @effect-expect-leaking CurrentTenant
 */
export class WebhookSender extends Context.Service<WebhookSender, {
  /** Calls the endpoint once and writes down what came of it; or puts the attempt off while the endpoint has enough calls. */
  readonly attempt: (payload: Payload) => Effect.Effect<void, never, CurrentTenant>
}>()("platform/WebhookSender") {
  static readonly layer = Layer.effect(
    WebhookSender,
    Effect.gen(function*() {
      const audit = yield* Audit
      const caller = yield* WebhookCaller
      const jobs = yield* Jobs
      const outbox = yield* Outbox
      const secrets = yield* SecretBox
      const { scoped } = yield* tenantWork
      const lanes = new Map<WebhookEndpointId, Lane>()

      /** Keeps a lane while somebody is in it. */
      const keep = (id: WebhookEndpointId, lane: Lane, now: number) =>
        isIdle(lane, now) ? lanes.delete(id) : lanes.set(id, lane)

      const headersOf = Effect.fnUntraced(function*(work: Work) {
        const now = yield* DateTime.now
        const open = (sealed: string) => Effect.orDie(secrets.open(sealedFor, sealed))
        const old = work.oldSecretSealed !== null && work.oldSecretUntil !== null &&
            DateTime.isGreaterThan(work.oldSecretUntil, now)
          ? [yield* open(work.oldSecretSealed)]
          : []
        const timestamp = Math.floor(DateTime.toEpochMillis(now) / 1000)
        return signedHeaders({ id: work.id, timestamp, body: work.body }, [yield* open(work.secretSealed), ...old])
      })

      const tellDisabled = Effect.fnUntraced(function*(work: Work, because: DisabledBecause, at: DateTime.Utc) {
        yield* giveUpPending(work.endpointId, at)
        yield* audit.record({
          action: "webhook.disabled",
          subject: `webhook:${work.endpointId}`,
          detail: { because, url: work.url }
        })
        yield* outbox.publishAll([{
          type: "webhook.changed",
          subject: work.endpointId,
          payload: { action: "disabled" }
        }])
        const people = yield* findUsers()
        const admins = people.filter(({ deactivatedAt, role }) => role === "admin" && deactivatedAt === null)
        yield* Effect.orDie(jobs.enqueueAll(
          TellDisabled,
          admins.map(({ id }) => ({ userId: id, endpointId: work.endpointId, because }))
        ))
      })

      /** What becomes of a delivery after an attempt, and of its endpoint. */
      const settle = Effect.fnUntraced(function*(work: Work, payload: Payload, outcome: Outcome, at: DateTime.Utc) {
        const now = yield* DateTime.now
        const delivered = isDelivered(outcome.status)
        const because = delivered ? null : disabledAfter(work, outcome, now)
        const random = yield* Random.next
        const wait = waitAfter(work.tries + 1, random, outcome.retryAfter)
        const next: Next = delivered
          ? { state: "delivered" }
          : because !== null
          ? { state: "dead", because: because === "gone" ? "gone" : "disabled" }
          : wait === null
          ? { state: "dead", because: "exhausted" }
          : { state: "pending", at: DateTime.addDuration(now, wait) }
        const attempt = new WebhookAttempt({ ...outcome, at, number: payload.attempts + 1 })
        // The endpoint's row before its deliveries', as everywhere, so that two that change both cannot wait for each other.
        const recorded = yield* scoped(Effect.gen(function*() {
          if (delivered) yield* noteSuccess(work.endpointId, now)
          else yield* noteFailure(work.endpointId, now)
          const disabling = because !== null && (yield* disableEndpoint(work.endpointId, because, now))
          const recorded = yield* recordAttempt(work.id, attempt, next)
          if (disabling) yield* tellDisabled(work, because, now)
          if (!recorded) return false
          if (next.state === "pending") {
            yield* enqueueAttempts(
              jobs,
              [{ deliveryId: work.id, attempts: attempt.number, waited: 0 }],
              { delay: Duration.toMillis(wait!) }
            )
          }
          return true
        }))
        if (!recorded) return
        yield* Metric.update(
          Metric.withAttributes(calls, { outcome: next.state === "pending" ? "failed" : next.state }),
          1
        )
      })

      const find = groupCommit((tenantId: TenantId, payloads: ReadonlyArray<Payload>) =>
        scoped(findWork(payloads.map(({ deliveryId }) => deliveryId))).pipe(
          Effect.map((found) => {
            const byId = new Map(found.map((work) => [work.id, work]))
            return payloads.map(({ attempts, deliveryId }) => {
              const work = byId.get(deliveryId)
              return work?.attempts === attempts ? work : undefined
            })
          }),
          asTenant(tenantId)
        )
      )

      const putOff = groupCommit((tenantId: TenantId, waits: ReadonlyArray<Wait>) =>
        scoped(Effect.gen(function*() {
          yield* postpone(waits.map(({ payload, until }) => ({ id: payload.deliveryId, until })))
          yield* Effect.forEach(waits, ({ milliseconds, payload }) =>
            enqueueAttempts(jobs, [payload], { delay: milliseconds }))
          return waits.map(() =>
            undefined
          )
        })).pipe(asTenant(tenantId))
      )

      /** Calls the endpoint, or tells how long to wait for a place in its lane. */
      const callInLane = (work: Work, waited: boolean) =>
        Effect.acquireUseRelease(
          Effect.map(Clock.currentTimeMillis, (now) => {
            const lane = lanes.get(work.endpointId) ?? emptyLane
            const admission = admit(lane, now, { failing: work.failingSince !== null, waited })
            lanes.set(work.endpointId, admission.lane)
            return { admission, now }
          }),
          ({ admission, now }) =>
            admission._tag === "Wait"
              ? Effect.succeed<Called>({ now, milliseconds: admission.milliseconds, outcome: null })
              : Effect.flatMap(headersOf(work), (headers) => caller.call(work.url, headers, work.body)).pipe(
                Effect.map((outcome): Called => ({ now, outcome }))
              ),
          ({ admission, now }) =>
            admission._tag === "Wait" ?
              Effect.void :
              Effect.map(
                Clock.currentTimeMillis,
                (end) => keep(work.endpointId, leave(lanes.get(work.endpointId) ?? emptyLane, end - now), end)
              )
        )

      const attempt = Effect.fn("WebhookSender.attempt")(function*(payload: Payload) {
        const { id: tenantId } = yield* CurrentTenant
        const work = yield* find(tenantId, payload)
        if (work === undefined) return
        for (let sat = 0;; sat++) {
          const called = yield* callInLane(work, sat + payload.waited > 0)
          if (called.outcome !== null) {
            return yield* settle(work, payload, called.outcome, DateTime.makeUnsafe(called.now))
          }
          if (called.milliseconds > shortWait || sat === mostShortWaits) {
            return yield* putOff(tenantId, {
              payload: { ...payload, waited: payload.waited + 1 },
              milliseconds: called.milliseconds,
              until: DateTime.makeUnsafe(called.now + called.milliseconds)
            })
          }
          yield* Effect.sleep(called.milliseconds)
        }
      })

      return WebhookSender.of({ attempt })
    })
  )
}
