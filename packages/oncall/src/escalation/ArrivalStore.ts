import { ContactMethodId } from "@innkeeper/platform/api"
import { Effect, Schema } from "effect"
import { SqlClient } from "effect/sql"
import { IncidentId } from "../incident/Incident.ts"
import { NotificationId } from "../notification/Notification.ts"

const Moments = Schema.Array(Schema.Struct({ at: Schema.Finite }))
const decodeMoments = Schema.decodeUnknownEffect(Moments)

/** When next steps of the current tenant's escalations are due, in milliseconds since 1970: now for all that are overdue. */
export const findComingSteps = Effect.fnUntraced(function*() {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`
    SELECT DISTINCT (extract(epoch FROM greatest(next_step_at, now())) * 1000)::float8 AS at
    FROM escalation_run WHERE state = 'running'`
  return (yield* decodeMoments(rows)).map(({ at }) => at)
})

const Pages = Schema.Array(Schema.Struct({ id: NotificationId, contactMethodId: ContactMethodId }))
const decodePages = Schema.decodeUnknownEffect(Pages)

/** The current tenant's pages that are neither out nor given up. */
export const findPendingPages = Effect.fnUntraced(function*() {
  const sql = yield* SqlClient.SqlClient
  return yield* decodePages(
    yield* sql`
      SELECT id, contact_method_id AS "contactMethodId" FROM notification WHERE status = 'pending' ORDER BY id`
  )
})

const Acknowledged = Schema.Array(Schema.Struct({ incidentId: IncidentId, run: Schema.Int, seconds: Schema.Int }))
const decodeAcknowledged = Schema.decodeUnknownEffect(Acknowledged)

/** Acknowledgements of the current tenant that end, with the seconds that are left. */
export const findEndingAcknowledgements = Effect.fnUntraced(function*() {
  const sql = yield* SqlClient.SqlClient
  return yield* decodeAcknowledged(
    yield* sql`
      SELECT incident.id AS "incidentId", incident.run, greatest(0, ceil(extract(epoch FROM
          incident.acknowledged_at - now()) + (run.plan->>'acknowledgementTimeoutSeconds')::int))::int AS seconds
      FROM incident
      JOIN escalation_run run ON run.tenant_id = incident.tenant_id AND run.incident_id = incident.id
        AND run.run = incident.run
      WHERE incident.status = 'acknowledged' AND run.plan->>'acknowledgementTimeoutSeconds' IS NOT NULL
      ORDER BY incident.id`
  )
})
