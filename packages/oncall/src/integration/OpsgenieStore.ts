import { Effect, Option, Schema } from "effect"
import { SqlClient } from "effect/sql"
import { Incident } from "../incident/Incident.ts"
import type { Door } from "./IntegrationStore.ts"

const { dedupKey, id } = Incident.fields
const decodeRows = Schema.decodeUnknownEffect(Schema.Array(Schema.Struct({ id, dedupKey })))

/** How a sender names an incident: by its id, its number or its dedup key. */
export type IncidentName = { readonly id: string } | { readonly number: number } | { readonly dedupKey: string }

/** The open incident that a sender names: one that it opened, or else one of its service. */
export const findNamed = Effect.fnUntraced(function*({ integrationId, serviceId }: Door, name: IncidentName) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`
    SELECT id, dedup_key AS "dedupKey" FROM incident
    WHERE (service_id = ${serviceId} OR integration_id = ${integrationId}) AND status <> 'resolved' AND ${
    "id" in name
      ? sql`id = ${name.id}`
      : "number" in name
      ? sql`number = ${name.number}`
      : sql`dedup_key = ${name.dedupKey}`
  }
    ORDER BY integration_id IS NOT DISTINCT FROM ${integrationId} DESC LIMIT 1`
  return Option.fromNullishOr((yield* decodeRows(rows))[0])
})
