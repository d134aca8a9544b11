import type { WebhookSource } from "@innkeeper/platform"
import { DateTime, Effect, Option, type Schema } from "effect"
import { type Incident, IncidentId } from "./Incident.ts"
import type { IncidentEventType } from "./IncidentEvents.ts"
import { findIncident } from "./IncidentStore.ts"

/** What of an incident's life webhooks can tell. */
const described: ReadonlyArray<readonly [IncidentEventType, string]> = [
  ["incident.triggered", "An incident was opened"],
  ["incident.acknowledged", "Somebody took an incident"],
  ["incident.acknowledgement-expired", "An acknowledged incident was left for too long and pages again"],
  ["incident.reassigned", "An incident was given to somebody else or to another policy"],
  ["incident.resolved", "An incident is over"]
]

const instant = (at: DateTime.Utc | null) => at === null ? null : DateTime.formatIso(at)

const actor = (by: Incident["acknowledgedBy"]) => by === null ? null : { kind: by.kind, name: by.name }

/** An incident as receivers see it: as it was when the event was taken up, a moment after it happened. */
const dataOf = (incident: Incident, publicUrl: string): Schema.Json => ({
  incident: {
    id: incident.id,
    number: incident.number,
    title: incident.title,
    status: incident.status,
    priority: incident.priority,
    service: { id: incident.serviceId, name: incident.serviceName },
    dedupKey: incident.dedupKey,
    alertCount: incident.alertCount,
    createdAt: instant(incident.createdAt),
    acknowledgedAt: instant(incident.acknowledgedAt),
    acknowledgedBy: actor(incident.acknowledgedBy),
    resolvedAt: instant(incident.resolvedAt),
    resolvedBy: actor(incident.resolvedBy),
    url: `${publicUrl}/incidents/${incident.id}`
  }
})

/** Incident events for webhooks. `publicUrl` is where people reach the web UI, without a trailing slash. */
export const incidentWebhooks = ({ publicUrl }: { readonly publicUrl: string }): ReadonlyArray<WebhookSource> =>
  described.map(([type, description]) => ({
    type,
    description,
    data: ({ subject }) =>
      Effect.map(
        findIncident(IncidentId.make(subject)),
        Option.match({ onNone: () => null, onSome: (incident) => dataOf(incident, publicUrl) })
      )
  }))
