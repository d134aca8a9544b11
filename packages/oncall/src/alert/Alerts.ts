import type { TenantId } from "@innkeeper/config"
import { Context, Effect, Layer, Metric } from "effect"
import { SecureRandom } from "effect/crypto"
import { groupCommit } from "../groupCommit.ts"
import type { IncidentId } from "../incident/Incident.ts"
import { publishIncidentEvents } from "../incident/IncidentOutbox.ts"
import { appendTimeline } from "../incident/TimelineStore.ts"
import { tenantTransaction } from "../tenantTransaction.ts"
import { type Arrival, planIngest } from "./Ingest.ts"
import { lockCounter, openIncidents, writePlan } from "./IngestStore.ts"

const accepted = Metric.counter("oncall_alerts_accepted", { description: "Alerts committed", incremental: true })

/**
 * Where alerts become incidents. Arrivals of a tenant that come while its previous batch is being committed are
 * committed together (group commit), so that a storm costs few transactions and a single alert waits for nobody.
 */
export class Alerts extends Context.Service<Alerts, {
  /** Commits the arrivals and returns, for each, the incident it belongs to; null when it changed nothing. */
  readonly accept: (
    tenantId: TenantId,
    arrivals: ReadonlyArray<Arrival>
  ) => Effect.Effect<ReadonlyArray<IncidentId | null>>
}>()("oncall/Alerts") {
  static readonly layer = Layer.effect(
    Alerts,
    Effect.gen(function*() {
      const inTenant = yield* tenantTransaction

      const commit = Effect.fn("Alerts.commit")(function*(tenantId: TenantId, arrivals: ReadonlyArray<Arrival>) {
        yield* Effect.annotateCurrentSpan({ "tenant.id": tenantId, "alerts": arrivals.length })
        const outcome = yield* inTenant(
          tenantId,
          Effect.gen(function*() {
            const lastNumber = yield* lockCounter
            const open = yield* openIncidents(arrivals)
            const plan = planIngest({ arrivals, open, lastNumber, newId: () => SecureRandom.uuidV7Unsafe() })
            yield* writePlan(plan)
            yield* appendTimeline(plan.timeline)
            yield* publishIncidentEvents(plan.events)
            return plan.outcome
          })
        )
        yield* Metric.update(accepted, arrivals.length)
        return outcome
      })

      const commitOne = groupCommit(commit)

      const accept = Effect.fn("Alerts.accept")(function*(tenantId: TenantId, arrivals: ReadonlyArray<Arrival>) {
        return yield* Effect.forEach(arrivals, (arrival) => commitOne(tenantId, arrival), { concurrency: "unbounded" })
      })

      return Alerts.of({ accept })
    })
  )
}
