import type { TenantId } from "@innkeeper/config"
import { TenantTerms, type Terms } from "@innkeeper/platform"
import { currentTraceparent, groupCommit, inTrace } from "@innkeeper/runtime"
import { Array, Cause, Clock, Context, DateTime, Effect, Layer, Option } from "effect"
import { publishIncidentEvents } from "../incident/IncidentOutbox.ts"
import { appendTimeline } from "../incident/TimelineStore.ts"
import { isInVain, keepTrying } from "../KeepTrying.ts"
import { makeHandOver, type WrittenPage } from "../notification/Notifier.ts"
import { tenantTransaction } from "../tenantTransaction.ts"
import { toItsEnd } from "../toItsEnd.ts"
import { unlessUnderWay } from "../unlessUnderWay.ts"
import { DueSteps, Escalation } from "./EscalationEntity.ts"
import type { RunRef } from "./EscalationRun.ts"
import { beginRun, dueSteps, findRun, holdIncident, untriedSteps } from "./EscalationRunStore.ts"
import { escalation } from "./StageText.ts"
import { makeTakeSteps, type Step, type Taken } from "./takeSteps.ts"

/** What a step leads to: pages to deliver, and when the next step is due. */
interface Led {
  readonly written: ReadonlyArray<WrittenPage>
  readonly next: Taken["next"]
}

const isPaged = ({ features, state }: Terms) => state === "active" && features.includes("oncall")

/**
 * The steps of an escalation. Each may run more than once, does its work once, and is tried until it is done. One that no
 * repetition can take, since its plan cannot be read, is logged and left as it is: the self-audit raises an alarm for it.
 */
export class Pager extends Context.Service<Pager, {
  /**
   * Takes step number `stage`, counted from 0 over all passes: pages everybody it names and sets the alarm of the next step,
   * or records that nobody answered and that nothing more will happen. A step that reaches nobody is followed by the next
   * one at once. Steps of a tenant that come at once are written together. Those of a tenant that is not served or has no
   * on-call rest until that changes.
   */
  readonly escalate: (run: RunRef, stage: number) => Effect.Effect<void>
  /** Takes the next step of all runs of a tenant for which it is due by `at`, in milliseconds since 1970, or by now. */
  readonly escalateDue: (tenantId: TenantId, at: number) => Effect.Effect<void>
  /** Takes the steps of a tenant once more that were taken before and whose pages nobody has tried. */
  readonly escalateUntried: (tenantId: TenantId) => Effect.Effect<void>
  /** Triggers the incident again if the acknowledgement that belongs to `run` still stands. */
  readonly expireAcknowledgement: (run: RunRef) => Effect.Effect<void>
}>()("oncall/Pager") {
  static readonly layer = Layer.effect(
    Pager,
    Effect.gen(function*() {
      const inTenant = yield* tenantTransaction
      const terms = yield* TenantTerms
      const takeSteps = yield* makeTakeSteps
      const deliver = yield* makeHandOver
      const alarms = yield* Escalation.client

      const take = groupCommit((tenantId: TenantId, steps: ReadonlyArray<Step>) => inTenant(tenantId, takeSteps(steps)))

      /** Sets one alarm for each moment at which steps are due, however many are. */
      const setAlarms = (tenantId: TenantId, moments: ReadonlyArray<number>) =>
        Array.dedupe(moments).map((at) =>
          alarms(tenantId).Due(new DueSteps({ tenantId, at: DateTime.makeUnsafe(at) }), { discard: true })
        )

      /** Stores the messages that steps lead to, all at once. */
      const handOver = groupCommit(
        (tenantId: TenantId, steps: ReadonlyArray<Led>) =>
          Effect.all([
            deliver(tenantId, steps.flatMap(({ written }) => written)),
            ...setAlarms(tenantId, steps.flatMap(({ next }) => typeof next === "number" ? [next] : []))
          ], { concurrency: "unbounded", discard: true }).pipe(Effect.orDie, Effect.as(steps)),
        ({ written }) => written.length
      )

      /**
       * Takes one step and tells whether the next one follows at once. Where nobody is paged at present it is left as it is, and so
       * is one that cannot be taken, for the self-audit: it must hold up no other incident.
       */
      const step = Effect.fn("Pager.step")(function*({ incidentId, run, tenantId }: RunRef, stage: number) {
        if (!isPaged(yield* terms.of(tenantId))) return false
        const traceparent = yield* currentTraceparent
        const taking = Effect.gen(function*() {
          const { next, pages } = yield* take(tenantId, { incidentId, run, stage, traceparent })
          yield* handOver(tenantId, { written: pages.map((page) => ({ page, traceparent })), next })
          return next === "at once"
        })
        // Taken by one that loses its shard meanwhile, it would be found taken by the next.
        return yield* toItsEnd(taking)
      }, (taking, { incidentId, tenantId }) =>
        taking.pipe(
          keepTrying("A step of an escalation", isInVain),
          Effect.annotateLogs({ tenant: tenantId, incident: incidentId }),
          Effect.catchCauseIf((cause) => !Cause.hasInterrupts(cause), () => Effect.succeed(false))
        ))

      const escalate = Effect.fnUntraced(function*(run: RunRef, from: number) {
        let stage = from
        while (yield* step(run, stage)) stage++
      })

      /**
       * Finds what is due once for all alarms that come while the previous look is under way. The first of them gets it: alarms
       * that went off while nobody heard them come all at once, and each would find all that is due.
       */
      const look = groupCommit((tenantId: TenantId, moments: ReadonlyArray<number>) =>
        inTenant(tenantId, dueSteps(DateTime.makeUnsafe(Math.max(...moments)))).pipe(
          keepTrying("A look for due steps"),
          Effect.map((due) => moments.map((_, index) => index === 0 ? due : []))
        )
      )

      /** For the steps that are being taken: another alarm leaves them to the one that found them first. */
      const once = unlessUnderWay()

      const takeAll = (tenantId: TenantId, steps: ReadonlyArray<Step>) =>
        Effect.forEach(
          steps,
          ({ incidentId, run, stage, traceparent }) =>
            once(`${incidentId}/${run}/${stage}`, escalate({ tenantId, incidentId, run }, stage)).pipe(
              inTrace(traceparent)
            ),
          { concurrency: "unbounded", discard: true }
        )

      const escalateDue = Effect.fn("Pager.escalateDue")(function*(tenantId: TenantId, at: number) {
        yield* takeAll(tenantId, yield* look(tenantId, Math.max(at, yield* Clock.currentTimeMillis)))
      })

      const escalateUntried = Effect.fn("Pager.escalateUntried")(function*(tenantId: TenantId) {
        const untried = yield* inTenant(tenantId, untriedSteps).pipe(keepTrying("A look for pages that nobody tried"))
        yield* takeAll(tenantId, untried)
      })

      const expireAcknowledgement = Effect.fn("Pager.expireAcknowledgement")(
        function*({ incidentId, run, tenantId }: RunRef) {
          yield* inTenant(
            tenantId,
            Effect.gen(function*() {
              const standing = yield* holdIncident(incidentId)
              const last = yield* findRun({ incidentId, run })
              if (Option.isNone(standing) || Option.isNone(last)) return
              if (standing.value.status !== "acknowledged" || standing.value.run !== run) return
              yield* beginRun({ ...last.value, incidentId, run: run + 1 })
              yield* appendTimeline([{
                incidentId,
                kind: "acknowledgement-expired",
                actor: escalation,
                text: "The acknowledgement expired without a resolution: escalation starts again"
              }])
              yield* publishIncidentEvents([{ type: "incident.acknowledgement-expired", incidentId, run: run + 1 }])
            })
          )
        },
        keepTrying("The expiry of an acknowledgement")
      )

      return Pager.of({ escalate, escalateDue, escalateUntried, expireAcknowledgement })
    })
  )
}
