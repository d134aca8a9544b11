import { Effect, Schema } from "effect"
import { SqlClient } from "effect/sql"
import type { IncidentId } from "../incident/Incident.ts"
import { Alert } from "./Alert.ts"

const Row = Schema.Struct({
  ...Alert.fields,
  receivedAt: Schema.DateTimeUtcFromDate,
  startsAt: Schema.NullOr(Schema.DateTimeUtcFromDate)
})
const decodeRows = Schema.decodeUnknownEffect(Schema.Array(Row))

/** The alerts of an incident, newest first; `before` is the id of the last one of the previous page. */
export const alertsOf = Effect.fnUntraced(
  function*(incidentId: IncidentId, page: { readonly before?: string | undefined; readonly limit: number }) {
    const sql = yield* SqlClient.SqlClient
    const rows = yield* sql`
      SELECT alert.id, alert.integration_id AS "integrationId", integration.name AS "integrationName",
        received_at AS "receivedAt", action, dedup_key AS "dedupKey", summary, priority, source, details, labels, links,
        starts_at AS "startsAt", payload
      FROM alert
      LEFT JOIN integration ON integration.tenant_id = alert.tenant_id AND integration.id = alert.integration_id
      WHERE ${
      sql.and([
        sql`incident_id = ${incidentId}`,
        ...(page.before ? [sql`alert.id < ${page.before}`] : [])
      ])
    }
      ORDER BY alert.id DESC LIMIT ${page.limit}`
    return (yield* decodeRows(rows)).map((row) => new Alert(row))
  }
)
