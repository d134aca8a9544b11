import { containing } from "@innkeeper/database"
import { Actor, UserId } from "@innkeeper/platform/api"
import { Effect, Option, Schema } from "effect"
import { SqlClient } from "effect/sql"
import type { Priority } from "../alert/Alert.ts"
import { EscalationPlan } from "../escalation/EscalationPolicy.ts"
import { upcomingStage } from "../escalation/UpcomingStage.ts"
import { EscalationState, Incident, type IncidentId, type IncidentStatus } from "./Incident.ts"

const { next: _, ...stored } = EscalationState.fields

const Row = Schema.Struct({
  ...Incident.fields,
  escalation: Schema.NullOr(Schema.Struct({
    ...stored,
    /** Steps that were taken. */
    stages: Schema.Int,
    /** Null when nothing more will happen. */
    plan: Schema.Unknown
  })),
  createdAt: Schema.DateTimeUtcFromDate,
  updatedAt: Schema.DateTimeUtcFromDate,
  acknowledgedAt: Schema.NullOr(Schema.DateTimeUtcFromDate),
  resolvedAt: Schema.NullOr(Schema.DateTimeUtcFromDate)
})
const decodeRows = Schema.decodeUnknownEffect(Schema.Array(Row))
const encodeActor = Schema.encodeSync(Actor)

/** What a list of incidents is limited to. */
export interface IncidentFilter {
  readonly status?: ReadonlyArray<IncidentStatus> | undefined
  readonly priority?: ReadonlyArray<Priority> | undefined
  readonly serviceId?: string | undefined
  readonly text?: string | undefined
  /** Id of the last incident of the previous page. */
  readonly before?: string | undefined
  readonly limit: number
}

const standingOf = ({ plan, stages, ...standing }: NonNullable<typeof Row.Type.escalation>) => ({
  ...standing,
  next: upcomingStage(plan, stages)
})

const select = Effect.fnUntraced(function*(
  build: (sql: SqlClient.SqlClient) => ReturnType<SqlClient.SqlClient["and"]>,
  limit: number
) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`
    SELECT incident.id, incident.number, incident.title, incident.status, incident.priority,
      incident.service_id AS "serviceId", service.name AS "serviceName", incident.dedup_key AS "dedupKey",
      incident.alert_count AS "alertCount", incident.created_at AS "createdAt", incident.updated_at AS "updatedAt",
      incident.acknowledged_at AS "acknowledgedAt", incident.acknowledged_by AS "acknowledgedBy",
      incident.resolved_at AS "resolvedAt", incident.resolved_by AS "resolvedBy",
      coalesce((
        SELECT jsonb_agg(DISTINCT jsonb_build_object('id', person.id, 'name', person.name))
        FROM notification page
        JOIN user_account person ON person.tenant_id = page.tenant_id AND person.id = page.user_id
        WHERE page.tenant_id = incident.tenant_id AND page.incident_id = incident.id AND page.run = incident.run
      ), '[]') AS paged,
      CASE WHEN escalation.run IS NOT NULL THEN jsonb_build_object('run', escalation.run,
        'policyName', escalation.policy_name, 'state', escalation.state, 'level', escalation.level,
        'pass', escalation.pass, 'nextStepAt', escalation.next_step_at, 'stages', escalation.stages,
        'plan', CASE WHEN escalation.state = 'running' THEN escalation.plan END) END AS escalation
    FROM incident
    JOIN service ON service.tenant_id = incident.tenant_id AND service.id = incident.service_id
    LEFT JOIN escalation_run escalation ON escalation.tenant_id = incident.tenant_id
      AND escalation.incident_id = incident.id AND escalation.run = incident.run
    WHERE ${build(sql)}
    ORDER BY incident.id DESC LIMIT ${limit}`
  return (yield* decodeRows(rows)).map(({ escalation, ...row }) =>
    new Incident({ ...row, escalation: escalation === null ? null : standingOf(escalation) })
  )
})

export const findIncident = (id: IncidentId) =>
  Effect.map(select((sql) => sql.and([sql`incident.id = ${id}`]), 1), (found) => Option.fromNullishOr(found[0]))

/** Incidents that match, newest first. */
export const searchIncidents = (filter: IncidentFilter) =>
  select((sql) => {
    const text = (filter.text ?? "").trim()
    const [, sign, number] = /^(#?)(\d{1,9})$/.exec(text) ?? []
    const pattern = containing(text)
    const matches = sql`(incident.title ILIKE ${pattern} OR incident.dedup_key ILIKE ${pattern} OR EXISTS (
      SELECT FROM alert WHERE alert.tenant_id = incident.tenant_id AND alert.incident_id = incident.id
        AND (alert.source ILIKE ${pattern} OR alert.labels::text ILIKE ${pattern})))`
    return sql.and([
      sql`true`,
      ...(filter.status?.length ? [sql`incident.status IN ${sql.in(filter.status)}`] : []),
      ...(filter.priority?.length ? [sql`incident.priority IN ${sql.in(filter.priority)}`] : []),
      ...(filter.serviceId ? [sql`incident.service_id = ${filter.serviceId}`] : []),
      ...(filter.before ? [sql`incident.id < ${filter.before}`] : []),
      ...(number === undefined
        ? text === "" ? [] : [matches]
        : sign === "#"
        ? [sql`incident.number = ${Number(number)}`]
        : [sql`(incident.number = ${Number(number)} OR ${matches})`])
    ])
  }, filter.limit)

export const markAcknowledged = Effect.fnUntraced(function*(id: IncidentId, by: Actor) {
  const sql = yield* SqlClient.SqlClient
  yield* sql`
    UPDATE incident SET status = 'acknowledged', acknowledged_at = now(), updated_at = now(),
      acknowledged_by = ${JSON.stringify(encodeActor(by))}::jsonb
    WHERE id = ${id}`
})

export const markResolved = Effect.fnUntraced(function*(id: IncidentId, by: Actor) {
  const sql = yield* SqlClient.SqlClient
  yield* sql`
    UPDATE incident SET status = 'resolved', resolved_at = now(), updated_at = now(),
      resolved_by = ${JSON.stringify(encodeActor(by))}::jsonb
    WHERE id = ${id}`
})

export const updatePriority = Effect.fnUntraced(function*(id: IncidentId, priority: Priority) {
  const sql = yield* SqlClient.SqlClient
  yield* sql`UPDATE incident SET priority = ${priority}, updated_at = now() WHERE id = ${id}`
})

const PolicyRow = Schema.Struct({ name: Schema.String, plan: EscalationPlan })
const decodePolicies = Schema.decodeUnknownEffect(Schema.Array(PolicyRow))

/** A policy by its id, or the one of an incident's service. */
export const findPlan = Effect.fnUntraced(
  function*(of: { readonly policyId: string } | { readonly incidentId: IncidentId }) {
    const sql = yield* SqlClient.SqlClient
    const rows = "policyId" in of
      ? yield* sql`SELECT name, plan FROM escalation_policy WHERE id = ${of.policyId}`
      : yield* sql`
        SELECT policy.name, policy.plan FROM incident
        JOIN service ON service.tenant_id = incident.tenant_id AND service.id = incident.service_id
        JOIN escalation_policy policy ON policy.tenant_id = service.tenant_id
          AND policy.id = service.escalation_policy_id
        WHERE incident.id = ${of.incidentId}`
    return Option.fromNullishOr((yield* decodePolicies(rows))[0])
  }
)

const PersonRow = Schema.Struct({ id: UserId, name: Schema.String })
const decodePeople = Schema.decodeUnknownEffect(Schema.Array(PersonRow))

/** A person who may be paged, by id. */
export const findPerson = Effect.fnUntraced(function*(id: UserId) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`SELECT id, name FROM user_account WHERE id = ${id} AND deactivated_at IS NULL`
  return Option.fromNullishOr((yield* decodePeople(rows))[0])
})
