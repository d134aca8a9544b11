import { Actor } from "@innkeeper/platform/api"
import { IncidentId, type IncidentStatus, type TimelineKind } from "../incident/Incident.ts"
import type { IncidentEvent } from "../incident/IncidentEvents.ts"
import type { IntegrationId } from "../integration/Integration.ts"
import type { ServiceId } from "../service/Service.ts"
import { AlertId, type InboundAlert, Priority } from "./Alert.ts"

/** An alert with where it came from and what it is about. */
export interface Arrival {
  readonly integrationId: IntegrationId | null
  readonly actor: Actor
  readonly serviceId: ServiceId
  readonly alert: InboundAlert
  /** The incident that the sender names to act on. Left out: the one that the alert's key finds. */
  readonly incidentId?: IncidentId | undefined
}

/** An open incident, as far as arrivals need to know it. */
export interface OpenIncident {
  readonly id: IncidentId
  readonly serviceId: ServiceId
  readonly dedupKey: string
  /** The integration whose alert opened it, and the routing key that this named. */
  readonly integrationId: IntegrationId | null
  readonly routingKey: string | null
  readonly status: IncidentStatus
  readonly priority: Priority
  readonly run: number
}

interface Draft extends OpenIncident {
  /** The arrival that opened it; null for an incident that was open before. */
  readonly opening: Arrival | null
  readonly number: number | null
  readonly alertCount: number
  readonly acknowledgedBy: Actor | null
  readonly resolvedBy: Actor | null
  readonly touched: boolean
}

export interface NewTimelineEntry {
  readonly incidentId: IncidentId
  readonly kind: TimelineKind
  readonly actor: Actor
  readonly text: string
}

/** Everything that a batch of arrivals writes, in one transaction. */
export interface IngestPlan {
  readonly opened: ReadonlyArray<Draft & { readonly opening: Arrival; readonly number: number }>
  readonly changed: ReadonlyArray<Draft>
  readonly alerts: ReadonlyArray<{ readonly id: AlertId; readonly incidentId: IncidentId; readonly arrival: Arrival }>
  readonly timeline: ReadonlyArray<NewTimelineEntry>
  readonly events: ReadonlyArray<IncidentEvent>
  /** Per arrival, in order: the incident it belongs to, or null when it changed nothing. */
  readonly outcome: ReadonlyArray<IncidentId | null>
  readonly lastNumber: number
}

const urgency = (priority: Priority) => Priority.literals.indexOf(priority)

/** Key under which arrivals find their open incident. */
export const incidentKey = (of: { readonly serviceId: ServiceId; readonly dedupKey: string }) =>
  `${of.serviceId}/${of.dedupKey}`

/**
 * Key under which the alerts of an integration find what one of them opened, also where they lead to another service by now.
 * Where they name services, those that name another one are about something else.
 */
const senderKey = (of: Pick<OpenIncident, "dedupKey" | "integrationId" | "routingKey">) =>
  of.integrationId === null ? null : JSON.stringify([of.integrationId, of.routingKey, of.dedupKey])

/**
 * What a batch of arrivals of one tenant does to its incidents, in the order of arrival. An arrival belongs to the incident
 * that it names, or else to the one that its sender opened, or else to that of its service.
 *
 * `open` holds every open incident whose keys occur in the batch; `newId` makes ids that sort in the order made.
 */
export const planIngest = (options: {
  readonly arrivals: ReadonlyArray<Arrival>
  readonly open: ReadonlyArray<OpenIncident>
  readonly lastNumber: number
  readonly newId: () => string
}): IngestPlan => {
  const current = new Map<string, Draft>(
    options.open.map((incident) => [incidentKey(incident), {
      ...incident,
      opening: null,
      number: null,
      alertCount: 0,
      acknowledgedBy: null,
      resolvedBy: null,
      touched: false
    }])
  )
  /** The keys of current incidents, by sender. */
  const bySender = new Map(options.open.map((incident) => [senderKey(incident), incidentKey(incident)]))
  bySender.delete(null)
  const byId = new Map(options.open.map((incident) => [incident.id, incidentKey(incident)]))
  const finished: Array<Draft> = []
  const alerts: Array<IngestPlan["alerts"][number]> = []
  const timeline: Array<NewTimelineEntry> = []
  const events: Array<IncidentEvent> = []
  const joined = new Set<IncidentId>()
  let lastNumber = options.lastNumber

  const open = (arrival: Arrival): Draft => {
    const incident: Draft = {
      id: IncidentId.make(options.newId()),
      serviceId: arrival.serviceId,
      dedupKey: arrival.alert.dedupKey,
      integrationId: arrival.integrationId,
      routingKey: arrival.alert.routingKey,
      status: "triggered",
      priority: arrival.alert.priority,
      run: 1,
      opening: arrival,
      number: ++lastNumber,
      alertCount: 1,
      acknowledgedBy: null,
      resolvedBy: null,
      touched: true
    }
    timeline.push({ incidentId: incident.id, kind: "triggered", actor: arrival.actor, text: arrival.alert.summary })
    events.push({ type: "incident.triggered", incidentId: incident.id, run: 1 })
    return incident
  }

  const join = (incident: Draft, { actor, alert }: Arrival): Draft => {
    const raised = urgency(alert.priority) < urgency(incident.priority)
    if (raised) {
      timeline.push({
        incidentId: incident.id,
        kind: "priority-changed",
        actor,
        text: `Priority raised from ${incident.priority} to ${alert.priority} by a new alert`
      })
    }
    if (incident.opening === null && !joined.has(incident.id)) {
      joined.add(incident.id)
      events.push({ type: "incident.alerted", incidentId: incident.id, run: incident.run })
    }
    return {
      ...incident,
      alertCount: incident.alertCount + 1,
      priority: raised ? alert.priority : incident.priority,
      touched: true
    }
  }

  const acknowledge = (incident: Draft, { actor, alert }: Arrival): Draft => {
    if (incident.status !== "triggered") return incident
    timeline.push({ incidentId: incident.id, kind: "acknowledged", actor, text: alert.summary })
    events.push({ type: "incident.acknowledged", incidentId: incident.id, run: incident.run })
    return { ...incident, status: "acknowledged", acknowledgedBy: actor, touched: true }
  }

  const resolve = (incident: Draft, { actor, alert }: Arrival): Draft => {
    timeline.push({ incidentId: incident.id, kind: "resolved", actor, text: alert.summary })
    events.push({ type: "incident.resolved", incidentId: incident.id, run: incident.run })
    return { ...incident, status: "resolved", resolvedBy: actor, touched: true }
  }

  const outcome = options.arrivals.map((arrival) => {
    const { dedupKey, routingKey } = arrival.alert
    const sender = senderKey({ integrationId: arrival.integrationId, routingKey, dedupKey })
    const named = arrival.incidentId
    const key = (named === undefined ? bySender.get(sender) : byId.get(named)) ??
      incidentKey({ serviceId: arrival.serviceId, dedupKey })
    const found = current.get(key)
    if (named !== undefined && found?.id !== named) return null
    if (found === undefined && arrival.alert.action !== "trigger") return null
    const incident = found === undefined
      ? open(arrival)
      : { trigger: join, acknowledge, resolve }[arrival.alert.action](found, arrival)
    if (incident.status === "resolved") {
      current.delete(key)
      bySender.delete(senderKey(incident))
      finished.push(incident)
    } else {
      current.set(key, incident)
      if (found === undefined && sender !== null) bySender.set(sender, key)
    }
    alerts.push({ id: AlertId.make(options.newId()), incidentId: incident.id, arrival })
    return incident.id
  })

  const touched = [...finished, ...current.values()].filter((incident) => incident.touched)
  return {
    opened: touched.filter((incident) => incident.opening !== null) as IngestPlan["opened"],
    changed: touched.filter((incident) => incident.opening === null),
    alerts,
    timeline,
    events,
    outcome,
    lastNumber
  }
}
