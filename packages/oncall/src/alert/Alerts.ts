import type { TenantId } from "@innkeeper/config"
import { currentTraceparent, groupCommit } from "@innkeeper/runtime"
import { Context, Effect, Layer, Metric } from "effect"
import { SecureRandom } from "effect/crypto"
import type { IncidentId } from "../incident/Incident.ts"
import { publishIncidentEvents } from "../incident/IncidentOutbox.ts"
import { tenantTransaction } from "../tenantTransaction.ts"
import { type Arrival, planIngest } from "./Ingest.ts"
import { lockCounter, openIncidents, planWrites } from "./IngestStore.ts"

const accepted = Metric.counter("oncall_alerts_accepted", { description: "Alerts committed", incremental: true })

/** An arrival with the trace of the request that brought it: a batch has arrivals of many. */
interface Traced {
  readonly arrival: Arrival
  readonly traceparent: string | null
}

/** For each incident, the trace of the first arrival of the batch that belongs to it. */
const firstTraces = (traced: ReadonlyArray<Traced>, outcome: ReadonlyArray<IncidentId | null>) =>
  new Map(
    traced.flatMap(({ traceparent }, index) => {
      const id = outcome[index]
      return id == null ? [] : [[id, traceparent] as const]
    }).toReversed()
  )

/**
 * Where alerts become incidents. Arrivals of a tenant that come while its previous batch is being committed are
 * committed together (group commit), so that a storm costs few transactions and a single alert waits for nobody.
 */
export class Alerts extends Context.Service<Alerts, {
  /** Commits the arrivals, all or none, and returns, for each, the incident it belongs to; null when it changed nothing. */
  readonly accept: (
    tenantId: TenantId,
    arrivals: ReadonlyArray<Arrival>
  ) => Effect.Effect<ReadonlyArray<IncidentId | null>>
}>()("oncall/Alerts") {
  static readonly layer = Layer.effect(
    Alerts,
    Effect.gen(function*() {
      const inTenant = yield* tenantTransaction

      const commit = Effect.fn("Alerts.commit")(function*(tenantId: TenantId, traced: ReadonlyArray<Traced>) {
        yield* Effect.annotateCurrentSpan({ "tenant.id": tenantId, "alerts": traced.length })
        const arrivals = traced.map(({ arrival }) => arrival)
        const outcome = yield* inTenant(
          tenantId,
          Effect.gen(function*() {
            const lastNumber = yield* lockCounter
            const open = yield* openIncidents(arrivals)
            const plan = planIngest({ arrivals, open, lastNumber, newId: () => SecureRandom.uuidV7Unsafe() })
            const writes = yield* planWrites(plan)
            const traceOf = firstTraces(traced, plan.outcome)
            yield* publishIncidentEvents(
              plan.events.map((event) => ({ ...event, traceparent: traceOf.get(event.incidentId) ?? null })),
              { writes }
            )
            return plan.outcome
          })
        )
        yield* Metric.update(accepted, arrivals.length)
        return outcome
      })

      /** What came in one request is committed in one transaction. */
      const commitTogether = groupCommit(
        (tenantId: TenantId, requests: ReadonlyArray<ReadonlyArray<Traced>>) =>
          Effect.map(commit(tenantId, requests.flat()), (outcome) => {
            let from = 0
            return requests.map(({ length }) => outcome.slice(from, from += length))
          }),
        ({ length }) => length
      )

      const accept = Effect.fn("Alerts.accept")(function*(tenantId: TenantId, arrivals: ReadonlyArray<Arrival>) {
        const traceparent = yield* currentTraceparent
        if (arrivals.length === 0) return []
        return yield* commitTogether(tenantId, arrivals.map((arrival) => ({ arrival, traceparent })))
      })

      return Alerts.of({ accept })
    })
  )
}
