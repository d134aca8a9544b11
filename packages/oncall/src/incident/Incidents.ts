import { type CurrentTenant, tenantWork } from "@innkeeper/database"
import { Audit } from "@innkeeper/platform"
import { Actor, Conflict, NotFound, Unprocessable } from "@innkeeper/platform/api"
import { Outbox } from "@innkeeper/runtime"
import { Context, Effect, Layer, Option } from "effect"
import type { Alert, Priority } from "../alert/Alert.ts"
import { alertsOf } from "../alert/AlertStore.ts"
import type { NewTimelineEntry } from "../alert/Ingest.ts"
import type { EscalationPlan } from "../escalation/EscalationPolicy.ts"
import { beginRun, endRuns, holdIncident } from "../escalation/EscalationRunStore.ts"
import type { Notification } from "../notification/Notification.ts"
import { notificationsOf } from "../notification/NotificationStore.ts"
import type { Assignment, Incident, IncidentId, TimelineEntry } from "./Incident.ts"
import type { IncidentEventType } from "./IncidentEvents.ts"
import { publishIncidentEvents } from "./IncidentOutbox.ts"
import {
  findIncident,
  findPerson,
  findPlan,
  type IncidentFilter,
  markAcknowledged,
  markResolved,
  searchIncidents,
  updatePriority
} from "./IncidentStore.ts"
import { appendTimeline, timelineEntry, timelineOf } from "./TimelineStore.ts"

/** A page of a list, with the cursor of the next. */
export interface PageOf<A> {
  readonly items: ReadonlyArray<A>
  readonly nextCursor: string | null
}

type Gone = NotFound
type Done = Conflict

/**
 * Incidents of the current tenant and what people do with them.
 *
 * @effect-expect-leaking CurrentTenant
 */
export class Incidents extends Context.Service<Incidents, {
  readonly search: (filter: IncidentFilter) => Effect.Effect<PageOf<Incident>, never, CurrentTenant>
  readonly get: (id: IncidentId) => Effect.Effect<Incident, Gone, CurrentTenant>
  readonly timeline: (id: IncidentId) => Effect.Effect<ReadonlyArray<TimelineEntry>, Gone, CurrentTenant>
  readonly alerts: (
    id: IncidentId,
    page: { readonly before?: string | undefined; readonly limit: number }
  ) => Effect.Effect<PageOf<Alert>, Gone, CurrentTenant>
  readonly notifications: (id: IncidentId) => Effect.Effect<ReadonlyArray<Notification>, Gone, CurrentTenant>
  /** Stops escalation. Acknowledging an acknowledged incident changes nothing. */
  readonly acknowledge: (id: IncidentId, by: Actor) => Effect.Effect<Incident, Gone | Done, CurrentTenant>
  /** Ends the incident. Resolving a resolved one adds the note, if there is one, and changes nothing else. */
  readonly resolve: (id: IncidentId, by: Actor, note?: string) => Effect.Effect<Incident, Gone, CurrentTenant>
  /** Ends the current run of the escalation and begins one with the person or policy named. */
  readonly reassign: (
    id: IncidentId,
    by: Actor,
    to: Assignment
  ) => Effect.Effect<Incident, Gone | Done | Unprocessable, CurrentTenant>
  readonly note: (id: IncidentId, by: Actor, text: string) => Effect.Effect<TimelineEntry, Gone, CurrentTenant>
  readonly setPriority: (
    id: IncidentId,
    by: Actor,
    priority: Priority
  ) => Effect.Effect<Incident, Gone | Done, CurrentTenant>
}>()("oncall/Incidents") {
  static readonly layer = Layer.effect(
    Incidents,
    Effect.gen(function*() {
      const work = yield* tenantWork
      const outbox = yield* Outbox
      const audit = yield* Audit

      const scoped = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
        Effect.provideService(work.scoped(effect), Outbox, outbox)

      const found = (id: IncidentId) =>
        Effect.flatMap(
          findIncident(id),
          Option.match({
            onNone: () => Effect.fail(new NotFound({ resource: "incident" })),
            onSome: Effect.succeed
          })
        )

      const held = (id: IncidentId) =>
        Effect.flatMap(
          holdIncident(id),
          Option.match({
            onNone: () => Effect.fail(new NotFound({ resource: "incident" })),
            onSome: Effect.succeed
          })
        )

      const open = Effect.fnUntraced(function*(id: IncidentId) {
        const standing = yield* held(id)
        return standing.status === "resolved"
          ? yield* new Conflict({ detail: "This incident is resolved. A new alert opens a new one.", field: "status" })
          : standing
      })

      /** Puts what somebody did on the timeline and on record, announces it, and returns the line's id. */
      const tell = Effect.fnUntraced(
        function*(line: NewTimelineEntry, event: { readonly type: IncidentEventType; readonly run: number }) {
          const [id] = yield* appendTimeline([line])
          yield* publishIncidentEvents([{ ...event, incidentId: line.incidentId }])
          yield* audit.record({
            action: event.type,
            subject: `incident:${line.incidentId}`,
            detail: { text: line.text },
            actor: line.actor
          })
          return yield* Effect.orDie(Effect.fromNullishOr(id))
        }
      )

      const search = Effect.fn("Incidents.search")(function*(filter: IncidentFilter) {
        const items = yield* scoped(searchIncidents({ ...filter, limit: filter.limit + 1 }))
        return page(items, filter.limit)
      })

      const get = Effect.fn("Incidents.get")((id: IncidentId) => scoped(found(id)))

      const timeline = Effect.fn("Incidents.timeline")((id: IncidentId) =>
        scoped(Effect.andThen(found(id), timelineOf(id)))
      )

      const alerts = Effect.fn("Incidents.alerts")(
        function*(id: IncidentId, of: { readonly before?: string | undefined; readonly limit: number }) {
          const items = yield* scoped(Effect.andThen(found(id), alertsOf(id, { ...of, limit: of.limit + 1 })))
          return page(items, of.limit)
        }
      )

      const notifications = Effect.fn("Incidents.notifications")((id: IncidentId) =>
        scoped(Effect.andThen(found(id), notificationsOf(id)))
      )

      const acknowledge = Effect.fn("Incidents.acknowledge")((id: IncidentId, by: Actor) =>
        scoped(Effect.gen(function*() {
          const { run, status } = yield* open(id)
          if (status === "triggered") {
            yield* markAcknowledged(id, by)
            yield* endRuns([id], "stopped")
            yield* tell(
              { incidentId: id, kind: "acknowledged", actor: by, text: "Acknowledged: escalation stops" },
              { type: "incident.acknowledged", run }
            )
          }
          return yield* found(id)
        }))
      )

      const resolve = Effect.fn("Incidents.resolve")((id: IncidentId, by: Actor, note?: string) =>
        scoped(Effect.gen(function*() {
          const { run, status } = yield* held(id)
          const notes = note === undefined ? [] : [{ incidentId: id, kind: "note" as const, actor: by, text: note }]
          if (status === "resolved") {
            yield* Effect.forEach(notes, (line) => tell(line, { type: "incident.updated", run }))
          } else {
            yield* markResolved(id, by)
            yield* endRuns([id], "stopped")
            yield* appendTimeline(notes)
            yield* tell(
              { incidentId: id, kind: "resolved", actor: by, text: "Resolved" },
              { type: "incident.resolved", run }
            )
          }
          return yield* found(id)
        }))
      )

      /** The run that an assignment begins, and how the timeline names it. */
      const assigned = Effect.fnUntraced(function*(id: IncidentId, to: Assignment) {
        const unknown = () =>
          new Unprocessable({
            detail: `No such ${to.kind}`,
            errors: [{ path: ["payload", "to", "id"], message: `expected the id of a ${to.kind} of this tenant` }]
          })
        if (to.kind === "policy") {
          const policy = yield* Effect.flatMap(findPlan({ policyId: to.id }), Effect.fromOption).pipe(
            Effect.catchTag("NoSuchElementError", unknown)
          )
          return { policyName: policy.name, plan: policy.plan, label: `the policy ${policy.name}` }
        }
        const person = yield* Effect.flatMap(findPerson(to.id), Effect.fromOption).pipe(
          Effect.catchTag("NoSuchElementError", unknown)
        )
        const policy = yield* Effect.flatMap(findPlan({ incidentId: id }), Effect.fromOption).pipe(Effect.orDie)
        return { policyName: policy.name, plan: withFirst(policy.plan, to.id), label: person.name }
      })

      const reassign = Effect.fn("Incidents.reassign")((id: IncidentId, by: Actor, to: Assignment) =>
        scoped(Effect.gen(function*() {
          const { run } = yield* open(id)
          const { label, ...next } = yield* assigned(id, to)
          yield* endRuns([id], "stopped")
          yield* beginRun({ incidentId: id, run: run + 1, ...next })
          yield* tell(
            { incidentId: id, kind: "reassigned", actor: by, text: `Reassigned to ${label}` },
            { type: "incident.reassigned", run: run + 1 }
          )
          return yield* found(id)
        }))
      )

      const note = Effect.fn("Incidents.note")((id: IncidentId, by: Actor, text: string) =>
        scoped(Effect.gen(function*() {
          const { run } = yield* held(id)
          const line = yield* tell({ incidentId: id, kind: "note", actor: by, text }, { type: "incident.updated", run })
          return yield* Effect.flatMap(timelineEntry(line), Effect.fromOption).pipe(Effect.orDie)
        }))
      )

      const setPriority = Effect.fn("Incidents.setPriority")((id: IncidentId, by: Actor, priority: Priority) =>
        scoped(Effect.gen(function*() {
          const { run } = yield* open(id)
          yield* updatePriority(id, priority)
          yield* tell(
            { incidentId: id, kind: "priority-changed", actor: by, text: `Priority set to ${priority}` },
            { type: "incident.updated", run }
          )
          return yield* found(id)
        }))
      )

      return Incidents.of({
        search,
        get,
        timeline,
        alerts,
        notifications,
        acknowledge,
        resolve,
        reassign,
        note,
        setPriority
      })
    })
  )
}

const page = <A extends { readonly id: string }>(items: ReadonlyArray<A>, limit: number): PageOf<A> => ({
  items: items.slice(0, limit),
  nextCursor: items.length > limit ? items[limit - 1]?.id ?? null : null
})

/** Pages one person first; if they do not answer, the policy follows from its first level. */
const withFirst = (plan: EscalationPlan, userId: Extract<Assignment, { kind: "user" }>["id"]): EscalationPlan => ({
  ...plan,
  steps: [{ targets: [{ kind: "user", id: userId }], timeoutSeconds: plan.steps[0].timeoutSeconds }, ...plan.steps]
})
