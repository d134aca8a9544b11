import type { TenantId } from "@innkeeper/config"
import { Actor } from "@innkeeper/platform/api"
import { groupCommit, inBatches, OutboxSession } from "@innkeeper/runtime"
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
import type { NewTimelineEntry } from "../alert/Ingest.ts"
import { publishIncidentEvents } from "../incident/IncidentOutbox.ts"
import { timelineWrites } from "../incident/TimelineStore.ts"
import { keepTrying } from "../KeepTrying.ts"
import { tenantTransaction } from "../tenantTransaction.ts"
import { toItsEnd } from "../toItsEnd.ts"
import { Channels } from "./Channels.ts"
import type { Attempt, NotificationId } from "./Notification.ts"
import { attemptWrites, cancelNotification, type Delivery, findDeliveries, type PageId } from "./NotificationStore.ts"
import { makeProviderReturns } from "./ProviderReturns.ts"

/** Waits 1 s, 2 s, 4 s … at most 5 min, with jitter. */
const waits = Schedule.exponential("1 second").pipe(
  Schedule.modifyDelay(({ duration }) => Effect.succeed(Duration.min(duration, Duration.minutes(5)))),
  Schedule.jittered
)

/** So long after its first attempt a page is given up. */
const patience = Duration.hours(1)

/** Those who take pages of a kind to an address: one mail server or provider for all, and the host of a webhook. */
const providerOf = ({ address, kind }: Delivery) => kind === "email" ? kind : new URL(address).host

/** The page is to be tried again: when its provider, which was away, is back, or after a while. */
class TryAgain extends Data.TaggedError("TryAgain")<{ readonly awaits: string | null }> {}

const sender = new Actor({ kind: "system", id: null, name: "Notifications" })

const attempts = Metric.counter("oncall_delivery_attempts", {
  description: "Pages handed to providers, by kind and outcome",
  incremental: true
})

const duration = Metric.histogram("oncall_delivery_duration_seconds", {
  description: "Seconds that a provider took to answer, by kind and outcome",
  boundaries: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]
})

/** Pages of later steps wait for answers first, which is no latency. */
const latency = Metric.histogram("oncall_page_latency_seconds", {
  description: "Seconds from an incident's first alert to when a provider took a page of its first step",
  boundaries: [0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300]
})

/** An attempt that was made, and what it makes of its page. */
interface Made {
  readonly delivery: Delivery
  readonly attempt: typeof Attempt.Encoded
  readonly status: "pending" | "sent" | "failed"
}

const lineOf = ({ attempt, delivery, status }: Made): NewTimelineEntry => {
  const where = `${delivery.kind} to ${delivery.userName} (${delivery.address})`
  return {
    incidentId: delivery.incidentId,
    actor: sender,
    kind: status === "sent" ? "page-delivered" : "page-failed",
    text: status === "sent"
      ? `Delivered: ${where}`
      : status === "failed"
      ? `Failed for good: ${where}: ${attempt.answer}`
      : `Failed, trying again: ${where}: ${attempt.answer}`
  }
}

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
      const returns = makeProviderReturns()

      const find = inBatches(
        (pages: ReadonlyArray<PageId>) =>
          Effect.map(Effect.orDie(onSession(findDeliveries(pages))), (found) => {
            const byId = new Map(found.map((delivery) => [delivery.id, delivery]))
            return pages.map(({ id }) => Option.fromNullishOr(byId.get(id)))
          }),
        () => false
      )

      const record = groupCommit((tenantId: TenantId, made: ReadonlyArray<Made>) =>
        inTenant(
          tenantId,
          Effect.gen(function*() {
            const told = made.filter(({ attempt, status }) => status !== "pending" || attempt.number === 1)
            const writes = [
              ...(yield* attemptWrites(
                made.map(({ attempt, delivery, status }) => ({ id: delivery.id, attempt, status }))
              )),
              ...(yield* timelineWrites(told.map(lineOf)))
            ]
            yield* publishIncidentEvents(
              told.map(({ delivery }) => ({ type: "incident.updated", incidentId: delivery.incidentId, run: 0 })),
              { writes }
            )
            return made.map(() => undefined)
          })
        )
      )

      /** Makes one attempt and records it. Fails if another one is to follow. */
      const attempt = Effect.fnUntraced(function*(tenantId: TenantId, delivery: Delivery) {
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
        const since = delivery.firstAttemptAt === null ? started : DateTime.toEpochMillis(delivery.firstAttemptAt)
        const last = result.outcome === "temporary-failure" && started - since >= Duration.toMillis(patience)
        const labels = { outcome: result.outcome, kind: delivery.kind }
        yield* Metric.update(Metric.withAttributes(attempts, labels), 1)
        yield* Metric.update(Metric.withAttributes(duration, labels), (ended - started) / 1000)
        const made: Made = {
          delivery,
          attempt: {
            number: delivery.attempts + 1,
            at: DateTime.formatIso(DateTime.makeUnsafe(started)),
            milliseconds: Math.round(ended - started),
            outcome: result.outcome,
            answer: result.answer.slice(0, 500).toWellFormed()
          },
          status: last ? "failed" : status[result.outcome]
        }
        yield* record(tenantId, made).pipe(keepTrying("The record of a delivery"))
        if (outcome._tag === "Failure") {
          if (last) return yield* Effect.logError("A page could not be delivered", result.answer)
          if (outcome.failure.permanent) return
          return yield* new TryAgain({ awaits: outcome.failure.away ? providerOf(delivery) : null })
        }
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
        const once = Effect.gen(function*() {
          const found = yield* find({ tenantId, id })
          if (Option.isNone(found) || found.value.status !== "pending") return
          return yield* found.value.wanted
            ? attempt(tenantId, found.value)
            : inTenant(tenantId, cancelNotification(id))
        })
        yield* slots.withPermits(1)(once).pipe(Effect.retry(retries), Effect.orDie)
      })

      return Deliveries.of({ deliver })
    })
  )
}
