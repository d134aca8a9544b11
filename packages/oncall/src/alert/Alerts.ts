import type { TenantId } from "@innkeeper/config"
import { asTenant, withTenant } from "@innkeeper/database"
import { Outbox } from "@innkeeper/runtime"
import { Cause, Context, Effect, Exit, Layer, Metric, Request, RequestResolver, Semaphore } from "effect"
import { SecureRandom } from "effect/crypto"
import { SqlClient, SqlError } from "effect/sql"
import type { IncidentId } from "../incident/Incident.ts"
import { publishIncidentEvents } from "../incident/IncidentOutbox.ts"
import { appendTimeline } from "../incident/TimelineStore.ts"
import { type Arrival, planIngest } from "./Ingest.ts"
import { lockCounter, openIncidents, writePlan } from "./IngestStore.ts"

class Accept extends Request.TaggedClass("Accept")<{ readonly arrival: Arrival }, IncidentId | null> {}

/** Most arrivals that one transaction takes. */
const largestBatch = 500

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
      const sql = yield* SqlClient.SqlClient
      const outbox = yield* Outbox

      const commit = Effect.fn("Alerts.commit")(function*(tenantId: TenantId, arrivals: ReadonlyArray<Arrival>) {
        yield* Effect.annotateCurrentSpan({ "tenant.id": tenantId, "alerts": arrivals.length })
        const outcome = yield* Effect.gen(function*() {
          const lastNumber = yield* lockCounter
          const open = yield* openIncidents(arrivals)
          const plan = planIngest({ arrivals, open, lastNumber, newId: () => SecureRandom.uuidV7Unsafe() })
          yield* writePlan(plan)
          yield* appendTimeline(plan.timeline)
          yield* publishIncidentEvents(plan.events)
          return plan.outcome
        }).pipe(
          withTenant,
          asTenant(tenantId),
          Effect.provideService(SqlClient.SqlClient, sql),
          Effect.provideService(Outbox, outbox),
          Effect.orDie
        )
        yield* Metric.update(accepted, arrivals.length)
        return outcome
      })

      /** How each arrival of a batch ended. Those of a batch that breaks a constraint are committed one by one. */
      const settle = (
        tenantId: TenantId,
        arrivals: ReadonlyArray<Arrival>
      ): Effect.Effect<ReadonlyArray<Exit.Exit<IncidentId | null>>> =>
        Effect.flatMap(Effect.exit(commit(tenantId, arrivals)), (exit) => {
          if (Exit.isSuccess(exit)) return Effect.succeed(exit.value.map((outcome) => Exit.succeed(outcome)))
          return arrivals.length > 1 && breaksConstraint(exit.cause)
            ? Effect.map(Effect.forEach(arrivals, (arrival) => settle(tenantId, [arrival])), (exits) => exits.flat())
            : Effect.succeed(arrivals.map(() => Exit.failCause(exit.cause)))
        })

      const makeLane = (tenantId: TenantId) => {
        const turn = Semaphore.makeUnsafe(1)
        return RequestResolver.make<Accept>((entries) =>
          turn.withPermits(1)(
            Effect.gen(function*() {
              for (let from = 0; from < entries.length; from += largestBatch) {
                const batch = entries.slice(from, from + largestBatch)
                const exits = yield* settle(tenantId, batch.map(({ request }) => request.arrival))
                batch.forEach((entry, index) => entry.completeUnsafe(exits[index]!))
              }
            })
          )
        ).pipe(RequestResolver.setDelayEffect(turn.withPermits(1)(Effect.yieldNow)))
      }
      const lanes = new Map<TenantId, RequestResolver.RequestResolver<Accept>>()

      const accept = Effect.fn("Alerts.accept")(function*(tenantId: TenantId, arrivals: ReadonlyArray<Arrival>) {
        const lane = lanes.get(tenantId) ?? makeLane(tenantId)
        lanes.set(tenantId, lane)
        return yield* Effect.forEach(arrivals, (arrival) => Effect.request(new Accept({ arrival }), lane), {
          concurrency: "unbounded"
        })
      })

      return Alerts.of({ accept })
    })
  )
}

/** Whether one arrival can be at fault, such as one for a service that was removed a moment ago. */
const breaksConstraint = (cause: Cause.Cause<never>) => {
  const error = Cause.squash(cause)
  return SqlError.isSqlError(error) && ["ConstraintError", "UniqueViolation"].includes(error.reason._tag)
}
