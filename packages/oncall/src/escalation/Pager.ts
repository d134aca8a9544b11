import { asTenant, type CurrentTenant, withTenant } from "@innkeeper/database"
import { Actor, type UserId } from "@innkeeper/platform/api"
import { Outbox } from "@innkeeper/runtime"
import { Array, Clock, Context, DateTime, Effect, Layer, Option } from "effect"
import { SqlClient } from "effect/sql"
import type { NewTimelineEntry } from "../alert/Ingest.ts"
import type { IncidentEvent } from "../incident/IncidentEvents.ts"
import { publishIncidentEvents } from "../incident/IncidentOutbox.ts"
import { appendTimeline } from "../incident/TimelineStore.ts"
import { keepTrying } from "../KeepTrying.ts"
import {
  type PageKey,
  pagesOf,
  type Reachable,
  reachable,
  writeNotifications
} from "../notification/NotificationStore.ts"
import { Notifier } from "../notification/NotifierEntity.ts"
import { Schedules } from "../schedule/Schedules.ts"
import { nextStage, type Stage, type Target } from "./EscalationPolicy.ts"
import type { RunRef, StepOutcome } from "./EscalationRun.ts"
import { beginRun, endRun, findRun, holdIncident, recordStep } from "./EscalationRunStore.ts"

/** Escalation itself, as the name on timelines. */
const escalation = new Actor({ kind: "system", id: null, name: "Escalation" })

const stopped: StepOutcome = { kind: "ended", as: "stopped" }
const exhausted: StepOutcome = { kind: "ended", as: "exhausted" }

/** The steps of an escalation. Each may run more than once, does its work once, and is tried until it is done. */
export class Pager extends Context.Service<Pager, {
  /**
   * Takes step number `stage`, counted from 0 over all passes: pages everybody it names, or records that nobody answered
   * and that nothing more will happen.
   */
  readonly step: (run: RunRef, stage: number) => Effect.Effect<StepOutcome>
  /** Triggers the incident again if the acknowledgement that belongs to `run` still stands. */
  readonly expireAcknowledgement: (run: RunRef) => Effect.Effect<void>
}>()("oncall/Pager") {
  static readonly layer = Layer.effect(
    Pager,
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const outbox = yield* Outbox
      const schedules = yield* Schedules
      const notifier = yield* Notifier.client

      /** Runs in the run's tenant and transaction, with the incident held, if the run is still the current one. */
      const whileCurrent = <A, E>(
        run: RunRef,
        status: "triggered" | "acknowledged",
        effect: Effect.Effect<A, E, SqlClient.SqlClient | CurrentTenant | Outbox>
      ) =>
        holdIncident(run.incidentId).pipe(
          Effect.flatMap(Option.match({
            onNone: () => Effect.succeedNone,
            onSome: (standing) =>
              standing.status === status && standing.run === run.run ? Effect.asSome(effect) : Effect.succeedNone
          })),
          withTenant,
          asTenant(run.tenantId),
          Effect.provideService(SqlClient.SqlClient, sql),
          Effect.provideService(Outbox, outbox),
          Effect.orDie
        )

      const usersOf = Effect.fnUntraced(function*(targets: ReadonlyArray<Target>) {
        const now = DateTime.makeUnsafe(yield* Clock.currentTimeMillis)
        const users = yield* Effect.forEach(targets, (target) =>
          target.kind === "user"
            ? Effect.succeed<ReadonlyArray<UserId>>([target.id])
            : Effect.map(
              schedules.onCallAt(target.id, now),
              Option.match({
                onNone: () => [],
                onSome: ({ userId }) => [userId]
              })
            ))
        return Array.dedupe(users.flat())
      })

      /** Writes the pages of a stage, once, and returns them. */
      const page = Effect.fnUntraced(function*(run: RunRef, stage: number, of: Stage) {
        const targets = of.kind === "level" ? of.step.targets : of.targets
        const methods = yield* reachable(yield* usersOf(targets))
        const first = yield* recordStep({
          ...run,
          stage,
          level: of.kind === "level" ? of.level : of.afterLevel,
          pass: of.kind === "level" ? of.pass : of.afterPass,
          wait: of.kind === "level" && methods.length > 0 ? of.step.timeoutSeconds : 0
        })
        if (!first) return yield* pagesOf(run, stage)
        yield* appendTimeline(sentences(of, methods).map((line) => ({ ...line, incidentId: run.incidentId })))
        yield* publishIncidentEvents([updated(run)])
        return yield* writeNotifications(run, stage, methods)
      })

      const exhaust = Effect.fnUntraced(function*(run: RunRef) {
        yield* endRun(run.incidentId, "exhausted")
        yield* appendTimeline([{
          incidentId: run.incidentId,
          kind: "exhausted",
          actor: escalation,
          text: "Nobody answered: the escalation policy has no further step"
        }])
        yield* publishIncidentEvents([updated(run)])
      })

      const deliver = (run: RunRef, pages: ReadonlyArray<PageKey>) =>
        Effect.forEach(
          pages,
          ({ contactMethodId, id }) =>
            notifier(`${run.tenantId}/${contactMethodId}`).Deliver(
              { tenantId: run.tenantId, notificationId: id },
              { discard: true }
            ),
          { discard: true, concurrency: "unbounded" }
        ).pipe(Effect.orDie)

      const step = Effect.fn("Pager.step")(function*(run: RunRef, stage: number) {
        const taken = yield* whileCurrent(
          run,
          "triggered",
          Effect.gen(function*() {
            const { plan, state } = yield* Effect.flatMap(findRun(run), Effect.fromOption)
            const next = nextStage(plan, stage)
            if (Option.isNone(next)) {
              if (state === "running") yield* exhaust(run)
              return { pages: [], outcome: exhausted }
            }
            const pages = yield* page(run, stage, next.value)
            const seconds = next.value.kind === "level" && pages.length > 0 ? next.value.step.timeoutSeconds : 0
            const outcome: StepOutcome = { kind: "wait", seconds }
            return { pages, outcome }
          })
        )
        if (Option.isNone(taken)) return stopped
        yield* deliver(run, taken.value.pages)
        return taken.value.outcome
      }, keepTrying("A step of an escalation"))

      const expireAcknowledgement = Effect.fn("Pager.expireAcknowledgement")(function*(run: RunRef) {
        yield* whileCurrent(
          run,
          "acknowledged",
          Effect.gen(function*() {
            const last = yield* findRun(run)
            if (Option.isNone(last)) return
            yield* beginRun({ ...last.value, incidentId: run.incidentId, run: run.run + 1 })
            yield* appendTimeline([{
              incidentId: run.incidentId,
              kind: "acknowledgement-expired",
              actor: escalation,
              text: "The acknowledgement expired without a resolution: escalation starts again"
            }])
            yield* publishIncidentEvents([{
              type: "incident.acknowledgement-expired",
              incidentId: run.incidentId,
              run: run.run + 1
            }])
          })
        )
      }, keepTrying("The expiry of an acknowledgement"))

      return Pager.of({ step, expireAcknowledgement })
    })
  )
}

const updated = (run: RunRef): IncidentEvent => ({ type: "incident.updated", incidentId: run.incidentId, run: run.run })

/** What the timeline says about a stage. */
const sentences = (
  of: Stage,
  methods: ReadonlyArray<Reachable>
): ReadonlyArray<Omit<NewTimelineEntry, "incidentId">> => {
  const where = of.kind === "level" ? `Level ${of.level}` : "Last resort"
  const line = (kind: NewTimelineEntry["kind"], text: string) => ({ kind, actor: escalation, text })
  const repeated = of.kind === "level" && of.level === 1 && of.pass > 1
    ? [line("repeated", `Nobody answered: pass ${of.pass} begins`)]
    : []
  if (methods.length === 0) {
    return [...repeated, line("step-skipped", `${where}: nobody on call could be paged; going on at once`)]
  }
  const people = Object.entries(Object.groupBy(methods, ({ userName }) => userName))
    .map(([name, ways]) => `${name} (${(ways ?? []).map(({ kind }) => kind).join(", ")})`)
  const kind = of.kind === "level" ? "paged" : "last-resort"
  return [...repeated, line(kind, `${where}: paging ${people.join(", ")}`)]
}
