import { Actor } from "@innkeeper/platform/api"
import { Effect, Schema } from "effect"
import { SqlClient } from "effect/sql"
import { IncidentId, IncidentStatus } from "../incident/Incident.ts"
import { timelineWrites } from "../incident/TimelineStore.ts"
import { IntegrationId } from "../integration/Integration.ts"
import { ServiceId } from "../service/Service.ts"
import { Priority } from "./Alert.ts"
import type { Arrival, IngestPlan, OpenIncident } from "./Ingest.ts"

const OpenIncidentRow = Schema.Struct({
  id: IncidentId,
  serviceId: ServiceId,
  dedupKey: Schema.String,
  integrationId: Schema.NullOr(IntegrationId),
  routingKey: Schema.NullOr(Schema.String),
  status: IncidentStatus,
  priority: Priority,
  run: Schema.Int
})

const decodeOpen = Schema.decodeUnknownEffect(Schema.Array(OpenIncidentRow))
const encodeActor = Schema.encodeSync(Actor)

/**
 * Takes the tenant's turn to write incidents and returns the last number given. Held until the transaction ends, so
 * that numbers have no holes and two batches cannot open the same incident.
 */
export const lockCounter = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql<{ readonly last_number: number }>`
    INSERT INTO incident_counter DEFAULT VALUES
    ON CONFLICT (tenant_id) DO UPDATE SET last_number = incident_counter.last_number
    RETURNING last_number`
  return rows[0]?.last_number ?? 0
})

/** Finds the open incidents that arrivals could join: those of their services, those that their senders opened or name. */
export const selectOpen = (sql: SqlClient.SqlClient, arrivals: ReadonlyArray<Arrival>) => {
  const keys = arrivals.map(({ alert, incidentId, integrationId, serviceId }) => ({
    service_id: serviceId,
    dedup_key: alert.dedupKey,
    integration_id: integrationId,
    routing_key: alert.routingKey,
    incident_id: incidentId
  }))
  return sql`
    SELECT incident.id, incident.service_id AS "serviceId", incident.dedup_key AS "dedupKey",
      incident.integration_id AS "integrationId", incident.routing_key AS "routingKey", incident.status,
      incident.priority, incident.run
    FROM (
      SELECT DISTINCT service_id, dedup_key, integration_id, routing_key, incident_id
      FROM jsonb_to_recordset(${JSON.stringify(keys)}::jsonb) AS key (
        service_id uuid, dedup_key text, integration_id uuid, routing_key text, incident_id uuid)
    ) AS key
    JOIN incident ON incident.status <> 'resolved' AND incident.dedup_key = key.dedup_key
      AND (incident.service_id = key.service_id OR incident.id = key.incident_id OR (
        incident.integration_id = key.integration_id AND incident.routing_key IS NOT DISTINCT FROM key.routing_key))
    ORDER BY incident.id
    FOR NO KEY UPDATE OF incident`
}

/** The open incidents that arrivals could join, locked until the transaction ends. One may be there more than once. */
export const openIncidents = Effect.fnUntraced(function*(arrivals: ReadonlyArray<Arrival>) {
  const sql = yield* SqlClient.SqlClient
  const open: ReadonlyArray<OpenIncident> = yield* decodeOpen(yield* selectOpen(sql, arrivals))
  return open
})

/** What opens incidents, with their escalation runs, which take the plan of the service's policy as it is now. */
const openingWrites = (sql: SqlClient.SqlClient, plan: IngestPlan) => {
  const rows = JSON.stringify(plan.opened.map((incident) => ({
    id: incident.id,
    number: incident.number,
    title: incident.opening.alert.summary,
    status: incident.status,
    priority: incident.priority,
    service_id: incident.serviceId,
    dedup_key: incident.dedupKey,
    integration_id: incident.integrationId,
    routing_key: incident.routingKey,
    alert_count: incident.alertCount,
    run: incident.run,
    acknowledged_by: incident.acknowledgedBy && encodeActor(incident.acknowledgedBy),
    resolved_by: incident.resolvedBy && encodeActor(incident.resolvedBy)
  })))
  return [
    sql`
      INSERT INTO incident (
        id, number, title, status, priority, service_id, dedup_key, integration_id, routing_key, alert_count, run,
        acknowledged_at, acknowledged_by, resolved_at, resolved_by)
      SELECT id, number, title, status, priority, service_id, dedup_key, integration_id, routing_key, alert_count, run,
        CASE WHEN acknowledged_by IS NOT NULL THEN now() END, acknowledged_by,
        CASE WHEN resolved_by IS NOT NULL THEN now() END, resolved_by
      FROM jsonb_to_recordset(${rows}::jsonb) AS row (
        id uuid, number integer, title text, status text, priority text, service_id uuid, dedup_key text,
        integration_id uuid, routing_key text, alert_count integer, run integer, acknowledged_by jsonb, resolved_by jsonb)`,
    sql`
      INSERT INTO escalation_run (incident_id, run, policy_name, plan, state, next_step_at, ended_at)
      SELECT row.id, row.run, policy.name, policy.plan,
        CASE WHEN status = 'triggered' THEN 'running' ELSE 'stopped' END,
        CASE WHEN status = 'triggered' THEN now() END,
        CASE WHEN status = 'triggered' THEN NULL ELSE now() END
      FROM jsonb_to_recordset(${rows}::jsonb) AS row (id uuid, run integer, status text, service_id uuid)
      JOIN service ON service.id = row.service_id
      JOIN escalation_policy policy ON policy.tenant_id = service.tenant_id AND policy.id = service.escalation_policy_id`,
    sql`UPDATE incident_counter SET last_number = ${plan.lastNumber}`
  ]
}

const changeWrites = (sql: SqlClient.SqlClient, plan: IngestPlan) => {
  const rows = plan.changed.map((incident) => ({
    id: incident.id,
    status: incident.status,
    priority: incident.priority,
    alerts: incident.alertCount,
    acknowledged_by: incident.acknowledgedBy && encodeActor(incident.acknowledgedBy),
    resolved_by: incident.resolvedBy && encodeActor(incident.resolvedBy)
  }))
  const stopped = plan.changed.filter(({ status }) => status !== "triggered").map(({ id }) => id)
  return [
    sql`
      UPDATE incident SET
        status = row.status,
        priority = row.priority,
        alert_count = alert_count + row.alerts,
        updated_at = now(),
        acknowledged_at = CASE WHEN row.acknowledged_by IS NULL THEN incident.acknowledged_at ELSE now() END,
        acknowledged_by = coalesce(row.acknowledged_by, incident.acknowledged_by),
        resolved_at = CASE WHEN row.resolved_by IS NULL THEN incident.resolved_at ELSE now() END,
        resolved_by = coalesce(row.resolved_by, incident.resolved_by)
      FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS row (
        id uuid, status text, priority text, alerts integer, acknowledged_by jsonb, resolved_by jsonb)
      WHERE incident.id = row.id`,
    ...(stopped.length === 0 ? [] : [sql`
      UPDATE escalation_run SET state = 'stopped', next_step_at = NULL, ended_at = now()
      WHERE incident_id = ANY (${stopped}::text[]::uuid[]) AND state = 'running'`])
  ]
}

/** What keeps alerts. When their integrations had the last one is left for the next, where somebody is changing these. */
const alertWrites = (sql: SqlClient.SqlClient, plan: IngestPlan) => {
  const rows = plan.alerts.map(({ arrival: { alert, integrationId }, id, incidentId }) => ({
    id,
    incident_id: incidentId,
    integration_id: integrationId,
    action: alert.action,
    dedup_key: alert.dedupKey,
    summary: alert.summary,
    priority: alert.priority,
    source: alert.source,
    details: alert.details,
    labels: alert.labels,
    links: alert.links,
    starts_at: alert.startsAt,
    payload: alert.payload
  }))
  const integrations = [...new Set(plan.alerts.flatMap(({ arrival }) => arrival.integrationId ?? []))]
  return [
    sql`
      INSERT INTO alert (
        id, incident_id, integration_id, action, dedup_key, summary, priority, source, details, labels, links,
        starts_at, payload)
      SELECT id, incident_id, integration_id, action, dedup_key, summary, priority, source, details, labels, links,
        starts_at, coalesce(payload, 'null'::jsonb)
      FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS row (
        id uuid, incident_id uuid, integration_id uuid, action text, dedup_key text, summary text, priority text,
        source text, details text, labels jsonb, links jsonb, starts_at timestamptz, payload jsonb)`,
    ...(integrations.length === 0 ? [] : [sql`
      UPDATE integration SET last_alert_at = now()
      FROM (
        SELECT id FROM integration
        WHERE id = ANY (${integrations}::text[]::uuid[])
          AND (last_alert_at IS NULL OR last_alert_at < now() - interval '10 seconds')
        FOR NO KEY UPDATE SKIP LOCKED
      ) AS due
      WHERE integration.id = due.id`])
  ]
}

/**
 * All that a plan writes, but for its events. Incidents that are resolved make room for the next ones with their keys: where
 * others are opened, changes are made here and now, and what is left is returned.
 */
export const planWrites = Effect.fnUntraced(function*(plan: IngestPlan) {
  const sql = yield* SqlClient.SqlClient
  const changes = plan.changed.length === 0 ? [] : changeWrites(sql, plan)
  if (plan.opened.length > 0) yield* Effect.forEach(changes, (change) => change, { discard: true })
  return [
    ...(plan.opened.length > 0 ? openingWrites(sql, plan) : changes),
    ...(plan.alerts.length > 0 ? alertWrites(sql, plan) : []),
    ...(yield* timelineWrites(plan.timeline))
  ]
})
