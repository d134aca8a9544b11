import { Actor } from "@innkeeper/platform/api"
import { Effect, Schema } from "effect"
import { SqlClient } from "effect/sql"
import { EscalationPlan } from "../escalation/EscalationPolicy.ts"
import { IncidentId, IncidentStatus } from "../incident/Incident.ts"
import { ServiceId } from "../service/Service.ts"
import { Priority } from "./Alert.ts"
import type { Arrival, IngestPlan, OpenIncident } from "./Ingest.ts"

const OpenIncidentRow = Schema.Struct({
  id: IncidentId,
  serviceId: ServiceId,
  dedupKey: Schema.String,
  status: IncidentStatus,
  priority: Priority,
  run: Schema.Int
})

const PolicyRow = Schema.Struct({ serviceId: ServiceId, policyName: Schema.String, plan: EscalationPlan })

const decodeOpen = Schema.decodeUnknownEffect(Schema.Array(OpenIncidentRow))
const decodePolicies = Schema.decodeUnknownEffect(Schema.Array(PolicyRow))
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

/** The open incidents that arrivals could join, locked until the transaction ends. */
export const openIncidents = Effect.fnUntraced(function*(arrivals: ReadonlyArray<Arrival>) {
  const sql = yield* SqlClient.SqlClient
  const keys = arrivals.map(({ alert, serviceId }) => ({ service_id: serviceId, dedup_key: alert.dedupKey }))
  const rows = yield* sql`
    SELECT id, service_id AS "serviceId", dedup_key AS "dedupKey", status, priority, run
    FROM incident
    WHERE status <> 'resolved' AND (service_id, dedup_key) IN (
      SELECT service_id, dedup_key
      FROM jsonb_to_recordset(${JSON.stringify(keys)}::jsonb) AS key (service_id uuid, dedup_key text)
    )
    ORDER BY id
    FOR UPDATE`
  const open: ReadonlyArray<OpenIncident> = yield* decodeOpen(rows)
  return open
})

const insertIncidents = Effect.fnUntraced(function*(plan: IngestPlan) {
  const sql = yield* SqlClient.SqlClient
  const rows = plan.opened.map((incident) => ({
    id: incident.id,
    number: incident.number,
    title: incident.opening.alert.summary,
    status: incident.status,
    priority: incident.priority,
    service_id: incident.serviceId,
    dedup_key: incident.dedupKey,
    alert_count: incident.alertCount,
    run: incident.run,
    acknowledged_by: incident.acknowledgedBy && encodeActor(incident.acknowledgedBy),
    resolved_by: incident.resolvedBy && encodeActor(incident.resolvedBy)
  }))
  yield* sql`
    INSERT INTO incident (
      id, number, title, status, priority, service_id, dedup_key, alert_count, run,
      acknowledged_at, acknowledged_by, resolved_at, resolved_by)
    SELECT id, number, title, status, priority, service_id, dedup_key, alert_count, run,
      CASE WHEN acknowledged_by IS NOT NULL THEN now() END, acknowledged_by,
      CASE WHEN resolved_by IS NOT NULL THEN now() END, resolved_by
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS row (
      id uuid, number integer, title text, status text, priority text, service_id uuid, dedup_key text,
      alert_count integer, run integer, acknowledged_by jsonb, resolved_by jsonb)`
  yield* sql`UPDATE incident_counter SET last_number = ${plan.lastNumber}`
})

const insertRuns = Effect.fnUntraced(function*(plan: IngestPlan) {
  const sql = yield* SqlClient.SqlClient
  const policies = yield* sql`
    SELECT service.id AS "serviceId", policy.name AS "policyName", policy.plan
    FROM service JOIN escalation_policy policy ON policy.tenant_id = service.tenant_id
      AND policy.id = service.escalation_policy_id
    WHERE service.id IN ${sql.in([...new Set(plan.opened.map(({ serviceId }) => serviceId))])}`
    .pipe(Effect.flatMap(decodePolicies))
  const byService = new Map(policies.map((policy) => [policy.serviceId, policy]))
  const rows = plan.opened.flatMap((incident) => {
    const policy = byService.get(incident.serviceId)
    return policy === undefined ? [] : [{
      incident_id: incident.id,
      run: incident.run,
      policy_name: policy.policyName,
      plan: policy.plan,
      running: incident.status === "triggered"
    }]
  })
  yield* sql`
    INSERT INTO escalation_run (incident_id, run, policy_name, plan, state, next_step_at, ended_at)
    SELECT incident_id, run, policy_name, plan,
      CASE WHEN running THEN 'running' ELSE 'stopped' END,
      CASE WHEN running THEN now() END,
      CASE WHEN running THEN NULL ELSE now() END
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS row (
      incident_id uuid, run integer, policy_name text, plan jsonb, running boolean)`
})

const updateIncidents = Effect.fnUntraced(function*(plan: IngestPlan) {
  const sql = yield* SqlClient.SqlClient
  const rows = plan.changed.map((incident) => ({
    id: incident.id,
    status: incident.status,
    priority: incident.priority,
    alerts: incident.alertCount,
    acknowledged_by: incident.acknowledgedBy && encodeActor(incident.acknowledgedBy),
    resolved_by: incident.resolvedBy && encodeActor(incident.resolvedBy)
  }))
  yield* sql`
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
    WHERE incident.id = row.id`
  const stopped = plan.changed.filter(({ status }) => status !== "triggered").map(({ id }) => id)
  if (stopped.length > 0) {
    yield* sql`
      UPDATE escalation_run SET state = 'stopped', next_step_at = NULL, ended_at = now()
      WHERE incident_id IN ${sql.in(stopped)} AND state = 'running'`
  }
})

const insertAlerts = Effect.fnUntraced(function*(plan: IngestPlan) {
  const sql = yield* SqlClient.SqlClient
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
  yield* sql`
    INSERT INTO alert (
      id, incident_id, integration_id, action, dedup_key, summary, priority, source, details, labels, links,
      starts_at, payload)
    SELECT id, incident_id, integration_id, action, dedup_key, summary, priority, source, details, labels, links,
      starts_at, coalesce(payload, 'null'::jsonb)
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS row (
      id uuid, incident_id uuid, integration_id uuid, action text, dedup_key text, summary text, priority text,
      source text, details text, labels jsonb, links jsonb, starts_at timestamptz, payload jsonb)`
  const integrations = [...new Set(plan.alerts.flatMap(({ arrival }) => arrival.integrationId ?? []))]
  if (integrations.length > 0) {
    yield* sql`
      UPDATE integration SET last_alert_at = now()
      WHERE id IN ${sql.in(integrations)}
        AND (last_alert_at IS NULL OR last_alert_at < now() - interval '10 seconds')`
  }
})

/**
 * Writes all that a plan holds, but for its events. Changes come first: an incident that is resolved makes room for the
 * next one with its key.
 */
export const writePlan = Effect.fnUntraced(function*(plan: IngestPlan) {
  if (plan.changed.length > 0) yield* updateIncidents(plan)
  if (plan.opened.length > 0) {
    yield* insertIncidents(plan)
    yield* insertRuns(plan)
  }
  if (plan.alerts.length > 0) yield* insertAlerts(plan)
})
