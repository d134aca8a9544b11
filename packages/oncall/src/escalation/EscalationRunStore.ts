import { Effect, Option, Schema } from "effect"
import { SqlClient } from "effect/sql"
import { type IncidentId, IncidentStatus } from "../incident/Incident.ts"
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

/**
 * Records that stage number `stage` is taken now and when the next one is due. False when it was taken before: a
 * repeated activity has nothing left to write.
 */
export const recordStep = Effect.fnUntraced(
  function*(
    of: Pick<RunRef, "incidentId" | "run"> & {
      readonly stage: number
      readonly level: number
      readonly pass: number
      /** Seconds until the next step. */
      readonly wait: number
    }
  ) {
    const sql = yield* SqlClient.SqlClient
    const taken = yield* sql`
      UPDATE escalation_run SET stages = ${of.stage + 1}, level = ${of.level}, pass = ${of.pass},
        next_step_at = now() + make_interval(secs => ${of.wait})
      WHERE incident_id = ${of.incidentId} AND run = ${of.run} AND state = 'running' AND stages = ${of.stage}
      RETURNING run`
    return taken.length > 0
  }
)

/** Ends the incident's running run, if there is one. */
export const endRun = Effect.fnUntraced(
  function*(incidentId: IncidentId, state: "stopped" | "exhausted") {
    const sql = yield* SqlClient.SqlClient
    yield* sql`
      UPDATE escalation_run SET state = ${state}, next_step_at = NULL, ended_at = now()
      WHERE incident_id = ${incidentId} AND state = 'running'`
  }
)
