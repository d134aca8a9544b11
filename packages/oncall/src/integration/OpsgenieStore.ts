import { Effect, Option, Schema } from "effect"
import { SqlClient } from "effect/sql"
import { Incident } from "../incident/Incident.ts"
import type { ServiceId } from "../service/Service.ts"

const { dedupKey, id } = Incident.fields
const decodeRows = Schema.decodeUnknownEffect(Schema.Array(Schema.Struct({ id, dedupKey })))

/** How a sender names an incident: by its id, its number or its dedup key. */
export type IncidentName = { readonly id: string } | { readonly number: number } | { readonly dedupKey: string }

/** The open incident of a service that a sender names. */
export const findNamed = Effect.fnUntraced(function*(serviceId: ServiceId, name: IncidentName) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`
    SELECT id, dedup_key AS "dedupKey" FROM incident
    WHERE service_id = ${serviceId} AND status <> 'resolved' AND ${
    "id" in name
      ? sql`id = ${name.id}`
      : "number" in name
      ? sql`number = ${name.number}`
      : sql`dedup_key = ${name.dedupKey}`
  }`
  return Option.fromNullishOr((yield* decodeRows(rows))[0])
})
