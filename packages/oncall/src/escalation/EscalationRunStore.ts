import { DateTime, Effect, Option, Schema } from "effect"
import { SqlClient } from "effect/sql"
import { IncidentId, IncidentStatus } from "../incident/Incident.ts"
import { isUntried } from "../notification/NotificationStore.ts"
import { EscalationPlan } from "./EscalationPolicy.ts"
import type { RunRef } from "./EscalationRun.ts"

const Standing = Schema.Struct({ status: IncidentStatus, run: Schema.Int })
const decodeStanding = Schema.decodeUnknownEffect(Schema.Array(Standing))

/**
 * Where an incident stands, held until the transaction ends: an acknowledgement waits for it, so that no page is
 * written after one.
 */
export const holdIncident = Effect.fnUntraced(function*(incidentId: IncidentId) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`SELECT status, run FROM incident WHERE id = ${incidentId} FOR NO KEY UPDATE`
  return Option.fromNullishOr((yield* decodeStanding(rows))[0])
})

const RunRow = Schema.Struct({
  policyName: Schema.String,
  plan: EscalationPlan,
  state: Schema.Literals(["running", "stopped", "exhausted"])
})
const decodeRuns = Schema.decodeUnknownEffect(Schema.Array(RunRow))

export const findRun = Effect.fnUntraced(function*({ incidentId, run }: Pick<RunRef, "incidentId" | "run">) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`
    SELECT policy_name AS "policyName", plan, state FROM escalation_run
    WHERE incident_id = ${incidentId} AND run = ${run}`
  return Option.fromNullishOr((yield* decodeRuns(rows))[0])
})

const CurrentRun = Schema.Struct({
  incidentId: IncidentId,
  run: Schema.Int,
  status: IncidentStatus,
  plan: EscalationPlan,
  state: RunRow.fields.state,
  /** Steps that were taken. */
  stages: Schema.Int,
  /** When the next step is due, in milliseconds since 1970; null when there will be none. */
  nextStepAt: Schema.NullOr(Schema.Finite)
})
const decodeCurrentRuns = Schema.decodeUnknownEffect(Schema.Array(CurrentRun))

const selectHeld = (sql: SqlClient.SqlClient, incidentIds: ReadonlyArray<IncidentId>) =>
  sql`
    SELECT incident.id AS "incidentId", incident.run, incident.status, current.plan, current.state, current.stages,
      (extract(epoch FROM current.next_step_at) * 1000)::float8 AS "nextStepAt"
    FROM incident
    JOIN escalation_run current ON current.tenant_id = incident.tenant_id AND current.incident_id = incident.id
      AND current.run = incident.run
    WHERE incident.id = ANY (${incidentIds}::text[]::uuid[])
    ORDER BY incident.id
    FOR NO KEY UPDATE OF incident, current`

/**
 * The current runs of incidents, both held until the transaction ends: an acknowledgement waits for it, so that no page
 * is written after one, and who takes the same step finds it taken. Held in the order of their ids, as by everybody who
 * holds several.
 */
export const holdRuns = Effect.fnUntraced(function*(incidentIds: ReadonlyArray<IncidentId>) {
  const sql = yield* SqlClient.SqlClient
  return yield* decodeCurrentRuns(yield* selectHeld(sql, incidentIds))
})

const AnyRun = Schema.Struct({ ...CurrentRun.fields, plan: Schema.Unknown })
/** A run, whether or not its plan can be read. */
export type AnyRun = typeof AnyRun.Type
const decodeAnyRuns = Schema.decodeUnknownEffect(Schema.Array(AnyRun))

/** As `holdRuns`, also where a plan cannot be read. */
export const holdAnyRuns = Effect.fnUntraced(function*(incidentIds: ReadonlyArray<IncidentId>) {
  if (incidentIds.length === 0) return []
  const sql = yield* SqlClient.SqlClient
  return yield* decodeAnyRuns(yield* selectHeld(sql, incidentIds))
})

/** Begins a run and makes it the incident's current one. Its first step is due at once. */
export const beginRun = Effect.fnUntraced(
  function*(of: Pick<RunRef, "incidentId" | "run"> & { readonly policyName: string; readonly plan: EscalationPlan }) {
    const sql = yield* SqlClient.SqlClient
    yield* sql`
      INSERT INTO escalation_run (incident_id, run, policy_name, plan, state, next_step_at)
      VALUES (${of.incidentId}, ${of.run}, ${of.policyName}, ${JSON.stringify(of.plan)}::jsonb, 'running', now())`
    yield* sql`
      UPDATE incident SET run = ${of.run}, status = 'triggered', acknowledged_at = NULL, acknowledged_by = NULL,
        updated_at = now()
      WHERE id = ${of.incidentId}`
  }
)

/** The next steps of the tenant's running escalations that are due, but for first ones, with their traces. */
export const dueSteps = Effect.fnUntraced(function*(by: DateTime.Utc) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`
    SELECT due.incident_id AS "incidentId", due.run, due.stages AS stage, due.traceparent FROM escalation_run due
    WHERE due.state = 'running' AND due.stages > 0 AND due.next_step_at <= ${DateTime.formatIso(by)}::timestamptz
    ORDER BY due.next_step_at`
  return yield* decodeDue(rows)
})

/**
 * The steps of the tenant's open escalations that were taken, and of which a page was never tried: who took them may have
 * been killed, or have lost its shard, before it handed their pages over and set the next alarm.
 */
export const untriedSteps = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`
    SELECT page.incident_id AS "incidentId", page.run, page.stage, min(taken.traceparent) AS traceparent
    FROM incident
    JOIN notification page ON page.tenant_id = incident.tenant_id AND page.incident_id = incident.id
    JOIN escalation_run taken ON taken.tenant_id = incident.tenant_id AND taken.incident_id = incident.id
      AND taken.run = incident.run
    WHERE ${isUntried(sql)}
    GROUP BY page.incident_id, page.run, page.stage
    ORDER BY page.incident_id, page.stage`
  return yield* decodeDue(rows)
})

const Due = Schema.Struct({
  incidentId: IncidentId,
  run: Schema.Int,
  stage: Schema.Int,
  traceparent: Schema.NullOr(Schema.String)
})
const decodeDue = Schema.decodeUnknownEffect(Schema.Array(Due))

/** The write that records that stages of held runs are taken, the next one of each, and when the one after it is due. */
export const stepWrites = Effect.fnUntraced(
  function*(
    steps: ReadonlyArray<{
      readonly incidentId: IncidentId
      readonly run: number
      readonly stage: number
      readonly level: number
      readonly pass: number
      /** When the next step is due (ISO 8601). */
      readonly nextStepAt: string
      /** The trace (W3C Trace Context) that the next step belongs to. */
      readonly traceparent: string | null
    }>
  ) {
    const sql = yield* SqlClient.SqlClient
    return steps.length === 0 ? [] : [sql`
      UPDATE escalation_run SET stages = step.stage + 1, level = step.level, pass = step.pass,
        next_step_at = step."nextStepAt", traceparent = step.traceparent
      FROM jsonb_to_recordset(${JSON.stringify(steps)}::jsonb) AS step (
        "incidentId" uuid, run integer, stage integer, level integer, pass integer, "nextStepAt" timestamptz,
        traceparent text)
      WHERE escalation_run.incident_id = step."incidentId" AND escalation_run.run = step.run
        AND escalation_run.state = 'running' AND escalation_run.stages = step.stage`]
  }
)

/** The write that makes the next steps of held runs due at a moment (ISO 8601). */
export const dueWrites = Effect.fnUntraced(
  function*(runs: ReadonlyArray<Pick<RunRef, "incidentId" | "run">>, at: string) {
    const sql = yield* SqlClient.SqlClient
    return runs.length === 0 ? [] : [sql`
      UPDATE escalation_run SET next_step_at = ${at}::timestamptz
      FROM jsonb_to_recordset(${JSON.stringify(runs)}::jsonb) AS due ("incidentId" uuid, run integer)
      WHERE escalation_run.incident_id = due."incidentId" AND escalation_run.run = due.run
        AND escalation_run.state = 'running'`]
  }
)

/** Ends the running runs of incidents. */
export const endRuns = Effect.fnUntraced(
  function*(incidentIds: ReadonlyArray<IncidentId>, state: "stopped" | "exhausted") {
    if (incidentIds.length === 0) return
    const sql = yield* SqlClient.SqlClient
    yield* sql`
      UPDATE escalation_run SET state = ${state}, next_step_at = NULL, ended_at = now()
      WHERE incident_id = ANY (${incidentIds}::text[]::uuid[]) AND state = 'running'`
  }
)
