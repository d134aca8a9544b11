import { TenantId } from "@innkeeper/config"
import { Effect, Schema } from "effect"
import { SqlClient } from "effect/sql"
import { IncidentId } from "../incident/Incident.ts"
import { isUntried } from "../notification/NotificationStore.ts"

/** Why an open, unacknowledged incident has no future step. */
export const Reason = Schema.Literals(["exhausted", "overdue", "lost"])
export type Reason = typeof Reason.Type

const Row = Schema.Struct({
  tenantId: TenantId,
  tenantName: Schema.String,
  incidentId: IncidentId,
  number: Schema.Int,
  title: Schema.String,
  serviceName: Schema.String,
  run: Schema.Int,
  /** Number of its next step. */
  stage: Schema.Int,
  reason: Reason
})
/** An incident that nobody will be paged for. */
export type Unattended = typeof Row.Type
const decodeRows = Schema.decodeUnknownEffect(Schema.Array(Row))

/** Whether people of `tenant` are paged. */
const isPaged = (sql: SqlClient.SqlClient) =>
  sql`tenant.state = 'active' AND (tenant.config_version = 0 OR tenant.config->'features' ? 'oncall')`

/**
 * Open, unacknowledged incidents without a future step: the policy is exhausted, the step is overdue by more than `grace`
 * seconds, or there is no run at all. Of all tenants that are served and have on-call, and have been so for `grace` seconds.
 */
export const unattended = Effect.fnUntraced(function*(grace: number) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`
    SELECT incident.tenant_id AS "tenantId", tenant.name AS "tenantName", incident.id AS "incidentId", incident.number,
      incident.title, service.name AS "serviceName", incident.run, coalesce(escalation.stages, 0) AS stage,
      CASE WHEN escalation.state = 'exhausted' THEN 'exhausted'
        WHEN escalation.state = 'running' THEN 'overdue'
        ELSE 'lost' END AS reason
    FROM incident
    JOIN tenant ON tenant.id = incident.tenant_id
    JOIN service ON service.tenant_id = incident.tenant_id AND service.id = incident.service_id
    LEFT JOIN escalation_run escalation ON escalation.tenant_id = incident.tenant_id
      AND escalation.incident_id = incident.id AND escalation.run = incident.run
    WHERE incident.status = 'triggered' AND (escalation.state IS DISTINCT FROM 'running'
      OR greatest(escalation.next_step_at, tenant.updated_at) < now() - make_interval(secs => ${grace}))
      AND ${isPaged(sql)}
    ORDER BY incident.id`
  return yield* decodeRows(rows)
})

const Untried = Schema.Struct({ tenantId: TenantId, tenantName: Schema.String, pages: Schema.Int })
const decodeUntried = Schema.decodeUnknownEffect(Schema.Array(Untried))

/** Tenants that are served and have on-call, with pages that are wanted and that nobody has tried to deliver for `grace` seconds. */
export const untriedPages = Effect.fnUntraced(function*(grace: number) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`
    SELECT tenant.id AS "tenantId", tenant.name AS "tenantName", count(*)::int AS pages
    FROM incident
    JOIN tenant ON tenant.id = incident.tenant_id
    JOIN notification page ON page.tenant_id = incident.tenant_id AND page.incident_id = incident.id
    WHERE ${isUntried(sql)}
      AND greatest(page.created_at, tenant.updated_at) < now() - make_interval(secs => ${grace}) AND ${isPaged(sql)}
    GROUP BY tenant.id`
  return yield* decodeUntried(rows)
})

const Resting = Schema.Struct({ incidentId: IncidentId, run: Schema.Int, stage: Schema.Int })
const decodeResting = Schema.decodeUnknownEffect(Schema.Array(Resting))

/** Steps of the current tenant that were due and were not taken. */
export const findDueSteps = Effect.fnUntraced(function*() {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`
    SELECT incident.id AS "incidentId", incident.run, escalation.stages AS stage
    FROM incident
    JOIN escalation_run escalation ON escalation.tenant_id = incident.tenant_id
      AND escalation.incident_id = incident.id AND escalation.run = incident.run
    WHERE incident.status = 'triggered' AND escalation.state = 'running' AND escalation.next_step_at <= now()
    ORDER BY incident.id`
  return yield* decodeResting(rows)
})

const alarmsOf = (incidents: ReadonlyArray<Unattended>) =>
  JSON.stringify(incidents.map(({ incidentId, reason, run, tenantId }) => ({
    tenant_id: tenantId,
    incident_id: incidentId,
    run,
    reason
  })))

/** Marks those of the incidents that were not alarmed for yet and returns them. */
export const raiseAlarms = Effect.fnUntraced(function*(incidents: ReadonlyArray<Unattended>) {
  if (incidents.length === 0) return []
  const sql = yield* SqlClient.SqlClient
  const raised = yield* sql<{ readonly incident_id: string }>`
    INSERT INTO escalation_alarm (tenant_id, incident_id, run, reason)
    SELECT tenant_id, incident_id, run, reason
    FROM jsonb_to_recordset(${alarmsOf(incidents)}::jsonb) AS row (
      tenant_id uuid, incident_id uuid, run integer, reason text)
    ON CONFLICT DO NOTHING RETURNING incident_id`
  const isNew = new Set(raised.map((row) => row.incident_id))
  return incidents.filter(({ incidentId }) => isNew.has(incidentId))
})

/** Those of the incidents whose alarm was raised within the last day, and that no admin was told of. */
export const untoldAlarms = Effect.fnUntraced(function*(incidents: ReadonlyArray<Unattended>) {
  if (incidents.length === 0) return []
  const sql = yield* SqlClient.SqlClient
  const untold = yield* sql<{ readonly incident_id: string }>`
    SELECT incident_id
    FROM jsonb_to_recordset(${alarmsOf(incidents)}::jsonb) AS row (
      tenant_id uuid, incident_id uuid, run integer, reason text)
    JOIN escalation_alarm USING (tenant_id, incident_id, run, reason)
    WHERE told_at IS NULL AND raised_at > now() - interval '1 day'`
  const isUntold = new Set(untold.map((row) => row.incident_id))
  return incidents.filter(({ incidentId }) => isUntold.has(incidentId))
})

/** Notes that an admin was told of the alarms of the incidents, or that none can be. */
export const markTold = Effect.fnUntraced(function*(incidents: ReadonlyArray<Unattended>) {
  const sql = yield* SqlClient.SqlClient
  yield* sql`
    UPDATE escalation_alarm alarm SET told_at = now()
    FROM jsonb_to_recordset(${alarmsOf(incidents)}::jsonb) AS row (
      tenant_id uuid, incident_id uuid, run integer, reason text)
    WHERE alarm.tenant_id = row.tenant_id AND alarm.incident_id = row.incident_id AND alarm.run = row.run
      AND alarm.reason = row.reason`
})

const Admin = Schema.Struct({ tenantId: TenantId, email: Schema.String })
const decodeAdmins = Schema.decodeUnknownEffect(Schema.Array(Admin))

/** The platform's own admins. */
export const platformAdmins = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`
    SELECT tenant_id AS "tenantId", email FROM user_account WHERE platform_admin AND deactivated_at IS NULL`
  return yield* decodeAdmins(rows)
})
