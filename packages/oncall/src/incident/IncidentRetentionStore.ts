import { firstIdAt } from "@innkeeper/database"
import { DateTime, Effect } from "effect"
import { SqlClient } from "effect/sql"

/**
 * Within `withRemoval`: deletes incidents that were resolved before `before`, with all that hangs on them, at most `limit`
 * and the oldest first. Returns how many. An incident's id begins with the time of its making, so younger ones are not read.
 */
export const deleteResolvedIncidents = Effect.fnUntraced(function*(options: {
  readonly before: DateTime.Utc
  readonly limit: number
}) {
  const sql = yield* SqlClient.SqlClient
  const [row] = yield* sql<{ readonly count: number }>`
    WITH old AS (
      SELECT id FROM incident
      WHERE id < ${firstIdAt(options.before)}::uuid AND status = 'resolved'
        AND resolved_at < ${DateTime.formatIso(options.before)}::timestamptz
      ORDER BY id LIMIT ${options.limit}
    ),
    alerts AS (DELETE FROM alert WHERE incident_id IN (SELECT id FROM old)),
    entries AS (DELETE FROM timeline_entry WHERE incident_id IN (SELECT id FROM old)),
    pages AS (DELETE FROM notification WHERE incident_id IN (SELECT id FROM old)),
    alarms AS (DELETE FROM escalation_alarm WHERE incident_id IN (SELECT id FROM old)),
    runs AS (DELETE FROM escalation_run WHERE incident_id IN (SELECT id FROM old)),
    gone AS (DELETE FROM incident WHERE id IN (SELECT id FROM old) RETURNING 1)
    SELECT count(*)::int AS count FROM gone`
  return row!.count
})
