import type { TenantId } from "@innkeeper/config"
import { asTenant, withTenant } from "@innkeeper/database"
import { Actor } from "@innkeeper/platform/api"
import { Outbox } from "@innkeeper/runtime"
import { Clock, Context, DateTime, Duration, Effect, Layer, Metric, Option, Schedule } from "effect"
import { SqlClient } from "effect/sql"
import { publishIncidentEvents } from "../incident/IncidentOutbox.ts"
import { appendTimeline } from "../incident/TimelineStore.ts"
import { keepTrying } from "../KeepTrying.ts"
import { Channels, type DeliveryFailed } from "./Channels.ts"
import type { Attempt, NotificationId } from "./Notification.ts"
import { cancelNotification, type Delivery, findDelivery, recordAttempt } from "./NotificationStore.ts"

/** Waits 1 s, 2 s, 4 s … at most 5 min, with jitter, for about an hour in all. */
const retries = Schedule.exponential("1 second").pipe(
  Schedule.modifyDelay(({ duration }) => Effect.succeed(Duration.min(duration, Duration.minutes(5)))),
  Schedule.jittered,
  Schedule.upTo({ times: 20 })
)

const sender = new Actor({ kind: "system", id: null, name: "Notifications" })

const attempts = Metric.counter("oncall_delivery_attempts", { description: "Pages handed to providers, by outcome" })

/** Seconds from the incident's first alert to the provider's acceptance of a page. */
const latency = Metric.histogram("oncall_page_latency_seconds", {
  boundaries: [0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300]
})

/** Delivers one page: at least once, and never again once a provider has taken it. */
export class Deliveries extends Context.Service<Deliveries, {
  /** Ends when the page is sent, refused for good, or not needed any more. Every attempt is recorded. */
  readonly deliver: (tenantId: TenantId, id: NotificationId) => Effect.Effect<void>
}>()("oncall/Deliveries") {
  static readonly layer = Layer.effect(
    Deliveries,
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const outbox = yield* Outbox
      const channels = yield* Channels

      const record = Effect.fnUntraced(
        function*(delivery: Delivery, attempt: Attempt, status: "pending" | "sent" | "failed") {
          yield* recordAttempt(delivery.id, attempt, status)
          if (status === "pending" && attempt.number > 1) return
          const where = `${delivery.kind} to ${delivery.userName} (${delivery.address})`
          yield* appendTimeline([{
            incidentId: delivery.incidentId,
            actor: sender,
            kind: status === "sent" ? "page-delivered" : "page-failed",
            text: status === "sent"
              ? `Delivered: ${where}`
              : status === "failed"
              ? `Failed for good: ${where}: ${attempt.answer}`
              : `Failed, trying again: ${where}: ${attempt.answer}`
          }])
          yield* publishIncidentEvents([{ type: "incident.updated", incidentId: delivery.incidentId, run: 0 }])
        }
      )

      const deliver = Effect.fn("Deliveries.deliver")(function*(tenantId: TenantId, id: NotificationId) {
        const scoped = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
          withTenant(effect).pipe(
            asTenant(tenantId),
            Effect.provideService(SqlClient.SqlClient, sql),
            Effect.provideService(Outbox, outbox),
            Effect.orDie
          )

        const attempt = Effect.gen(function*() {
          const found = yield* scoped(findDelivery(id))
          if (Option.isNone(found) || found.value.status !== "pending") return
          const delivery = found.value
          if (!delivery.wanted) return yield* scoped(cancelNotification(id))

          const started = yield* Clock.currentTimeMillis
          const outcome = yield* Effect.result(channels.send(tenantId, delivery))
          const ended = yield* Clock.currentTimeMillis
          const result = outcome._tag === "Success"
            ? { outcome: "sent" as const, answer: outcome.success }
            : {
              outcome: outcome.failure.permanent ? "permanent-failure" as const : "temporary-failure" as const,
              answer: outcome.failure.answer
            }
          const status = { "sent": "sent", "permanent-failure": "failed", "temporary-failure": "pending" } as const
          const last = delivery.attempts >= 20 && result.outcome === "temporary-failure"
          yield* Metric.update(Metric.withAttributes(attempts, { outcome: result.outcome, kind: delivery.kind }), 1)
          yield* scoped(record(delivery, {
            number: delivery.attempts + 1,
            at: DateTime.makeUnsafe(started),
            milliseconds: ended - started,
            outcome: result.outcome,
            answer: result.answer.slice(0, 500).toWellFormed()
          }, last ? "failed" : status[result.outcome])).pipe(keepTrying("The record of a delivery"))
          if (outcome._tag === "Failure" && !outcome.failure.permanent && !last) return yield* outcome.failure
          if (outcome._tag === "Success") {
            yield* Metric.update(latency, (ended - DateTime.toEpochMillis(delivery.incident.createdAt)) / 1000)
          }
        })

        yield* attempt.pipe(
          Effect.retry(retries),
          Effect.catch((failure: DeliveryFailed) => Effect.logError("A page could not be delivered", failure.answer))
        )
      })

      return Deliveries.of({ deliver })
    })
  )
}
