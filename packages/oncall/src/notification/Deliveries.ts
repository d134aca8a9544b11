import type { TenantId } from "@innkeeper/config"
import { currentTraceparent, inBatches, OutboxSession, storable } from "@innkeeper/runtime"
import {
  Clock,
  Context,
  Data,
  DateTime,
  Duration,
  Effect,
  Layer,
  Metric,
  Option,
  Schedule,
  type Semaphore
} from "effect"
import { keepTrying } from "../KeepTrying.ts"
import { tenantTransaction } from "../tenantTransaction.ts"
import { toItsEnd } from "../toItsEnd.ts"
import { Channels, PageUnwanted } from "./Channels.ts"
import { cancelNotification, type Delivery, findDeliveries, type PageId } from "./DeliveryStore.ts"
import type { NotificationId } from "./Notification.ts"
import { makeProviderReturns } from "./ProviderReturns.ts"
import { makeRecord } from "./record.ts"

/** Waits 1 s, 2 s, 4 s … at most 5 min, with jitter. */
const waits = Schedule.exponential("1 second").pipe(
  Schedule.modifyDelay(({ duration }) => Effect.succeed(Duration.min(duration, Duration.minutes(5)))),
  Schedule.jittered
)

/** So long after its first attempt a page is given up: the last page of a policy has to outlast an outage of its provider. */
const patience = Duration.hours(24)

/** Those who take pages of a kind to an address: one mail server or provider for all, and the host of a webhook. */
const providerOf = ({ address, kind }: Delivery) => kind === "email" ? kind : new URL(address).host

/** The page is to be tried again: when its provider, which was away, is back, or after a while. */
class TryAgain extends Data.TaggedError("TryAgain")<{ readonly awaits: string | null }> {}

const isWanted = ({ standing, status }: Delivery) => status === "pending" && standing === "wanted"

const attempts = Metric.counter("oncall_delivery_attempts", {
  description: "Pages handed to providers, by kind and outcome",
  incremental: true
})

const duration = Metric.histogram("oncall_delivery_duration_seconds", {
  description: "Seconds that a provider took to answer, by kind and outcome",
  boundaries: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60]
})

/** Pages of later steps wait for answers first, which is no latency. */
const latency = Metric.histogram("oncall_page_latency_seconds", {
  description: "Seconds from an incident's first alert to when a provider took a page of its first step",
  boundaries: [0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300]
})

/** Delivers one page: at least once, and never again once a provider has taken it. */
export class Deliveries extends Context.Service<Deliveries, {
  /**
   * Ends when the page is sent, refused for good, or not needed any more. Every attempt is recorded, and is made when there is a
   * slot for it; none is held while the page waits for the next one.
   */
  readonly deliver: (tenantId: TenantId, id: NotificationId, slots: Semaphore.Semaphore) => Effect.Effect<void>
}>()("oncall/Deliveries") {
  static readonly layer = Layer.effect(
    Deliveries,
    Effect.gen(function*() {
      const inTenant = yield* tenantTransaction
      const channels = yield* Channels
      const { onSession } = yield* OutboxSession
      const record = yield* makeRecord
      const returns = makeProviderReturns()

      const find = inBatches(
        (pages: ReadonlyArray<PageId>) =>
          Effect.map(Effect.orDie(onSession(findDeliveries(pages))), (found) => {
            const byId = new Map(found.map((delivery) => [delivery.id, delivery]))
            return pages.map(({ id }) => Option.fromNullishOr(byId.get(id)))
          }),
        () => false
      )

      /** Makes one attempt and records it. Fails if another one is to follow. */
      const attempt = Effect.fnUntraced(function*(tenantId: TenantId, delivery: Delivery) {
        let started = yield* Clock.currentTimeMillis
        const afterWaiting = Effect.gen(function*() {
          const found = yield* find({ tenantId, id: delivery.id })
          if (!Option.exists(found, isWanted)) return yield* new PageUnwanted()
          started = yield* Clock.currentTimeMillis
        })
        const { answer, away, outcome } = yield* channels.send(tenantId, delivery, afterWaiting).pipe(
          Effect.map((answer) => ({ outcome: "sent" as const, answer, away: false })),
          Effect.catchTag("DeliveryFailed", ({ answer, away, permanent }) =>
            Effect.succeed({
              outcome: permanent ? "permanent-failure" as const : "temporary-failure" as const,
              answer,
              away
            }))
        )
        const ended = yield* Clock.currentTimeMillis
        const status = { "sent": "sent", "permanent-failure": "failed", "temporary-failure": "pending" } as const
        const since = delivery.firstAttemptAt === null ? started : DateTime.toEpochMillis(delivery.firstAttemptAt)
        const last = outcome === "temporary-failure" && started - since >= Duration.toMillis(patience)
        const labels = { outcome, kind: delivery.kind }
        yield* Metric.update(Metric.withAttributes(attempts, labels), 1)
        yield* Metric.update(Metric.withAttributes(duration, labels), (ended - started) / 1000)
        yield* record(tenantId, {
          delivery,
          traceparent: yield* currentTraceparent,
          attempt: {
            number: delivery.attempts + 1,
            at: DateTime.formatIso(DateTime.makeUnsafe(started)),
            milliseconds: Math.round(ended - started),
            outcome,
            answer: storable(answer, 500)
          },
          status: last ? "failed" : status[outcome]
        })
        if (last) return yield* Effect.logError("A page could not be delivered", answer)
        if (outcome === "permanent-failure") return
        if (outcome === "temporary-failure") return yield* new TryAgain({ awaits: away ? providerOf(delivery) : null })
        yield* returns.note(providerOf(delivery))
        if (delivery.first) {
          yield* Metric.update(latency, (ended - DateTime.toEpochMillis(delivery.incident.createdAt)) / 1000)
        }
      }, toItsEnd)

      const retries = waits.pipe(
        Schedule.setInputType<TryAgain>(),
        Schedule.modifyDelay(({ duration, input: { awaits } }) =>
          awaits === null ? Effect.succeed(duration) : Effect.as(returns.wait(awaits, duration), Duration.zero)
        )
      )

      const deliver = Effect.fn("Deliveries.deliver")(function*(
        tenantId: TenantId,
        id: NotificationId,
        slots: Semaphore.Semaphore
      ) {
        const once: Effect.Effect<void, TryAgain> = Effect.gen(function*() {
          const found = yield* find({ tenantId, id })
          if (Option.isNone(found) || found.value.status !== "pending") return
          const delivery = found.value
          switch (delivery.standing) {
            case "wanted":
              return yield* attempt(tenantId, delivery)
            case "over":
              return yield* inTenant(tenantId, cancelNotification(id))
            case "unreachable":
              return yield* record(tenantId, {
                delivery,
                traceparent: yield* currentTraceparent,
                attempt: null,
                status: "cancelled"
              })
          }
        }).pipe(Effect.catchTag("PageUnwanted", () => once))
        // A page that dies, as of a database that is away, must not take down those of its address that are being sent.
        yield* slots.withPermits(1)(once).pipe(
          Effect.retry(retries),
          Effect.orDie,
          keepTrying("The delivery of a page")
        )
      })

      return Deliveries.of({ deliver })
    })
  )
}
