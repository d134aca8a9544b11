import { Effect, Option, Schema } from "effect"
import { SqlClient } from "effect/sql"
import { Service, ServiceId, type ServiceInput } from "./Service.ts"

const Row = Schema.Struct({ ...Service.fields, createdAt: Schema.DateTimeUtcFromDate })
const decodeRows = Schema.decodeUnknownEffect(Schema.Array(Row))
const decodeRoutes = Schema.decodeUnknownEffect(
  Schema.Array(Schema.Struct({ id: ServiceId, routingKey: Schema.String }))
)

type Input = typeof ServiceInput.Type

/** One service by its id, or all by name. */
export const findServices = Effect.fnUntraced(function*(id?: ServiceId) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`
    SELECT id, name, description, team_id AS "teamId", routing_key AS "routingKey",
      escalation_policy_id AS "escalationPolicyId", created_at AS "createdAt", (
        SELECT count(*)::int FROM incident
        WHERE incident.tenant_id = service.tenant_id AND incident.service_id = service.id
          AND incident.status <> 'resolved'
      ) AS "openIncidents"
    FROM service
    WHERE ${id === undefined ? sql`true` : sql`id = ${id}`} ORDER BY name COLLATE name_order`
  return (yield* decodeRows(rows)).map((row) => new Service(row))
})

export const insertService = Effect.fnUntraced(function*(id: ServiceId, input: Input) {
  const sql = yield* SqlClient.SqlClient
  yield* sql`
    INSERT INTO service (id, name, description, team_id, routing_key, escalation_policy_id)
    VALUES (${id}, ${input.name}, ${input.description}, ${input.teamId}, ${input.routingKey},
      ${input.escalationPolicyId})`
})

/** Changes the service, whose references have been checked; false when there is none. Alerts for it go on coming in. */
export const updateService = Effect.fnUntraced(function*(id: ServiceId, input: Input) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`
    UPDATE service SET name = ${input.name}, description = ${input.description}, team_id = ${input.teamId},
      routing_key = ${input.routingKey}, escalation_policy_id = ${input.escalationPolicyId}
    WHERE id = ${id} RETURNING id`
  return rows.length > 0
})

/** Takes the service, so that nothing can begin to refer to it; false when there is none. */
export const holdService = Effect.fnUntraced(function*(id: ServiceId) {
  const sql = yield* SqlClient.SqlClient
  return (yield* sql`SELECT id FROM service WHERE id = ${id} FOR UPDATE`).length > 0
})

/** What keeps a service from being removed. */
export const usesOf = Effect.fnUntraced(function*(id: ServiceId) {
  const sql = yield* SqlClient.SqlClient
  const integrations = yield* sql<{ readonly name: string }>`
    SELECT name FROM integration WHERE service_id = ${id} ORDER BY name COLLATE name_order`
  const incidents = yield* sql`SELECT 1 FROM incident WHERE service_id = ${id} LIMIT 1`
  return { integrations: integrations.map(({ name }) => name), hasIncidents: incidents.length > 0 }
})

export const deleteService = Effect.fnUntraced(function*(id: ServiceId) {
  const sql = yield* SqlClient.SqlClient
  yield* sql`DELETE FROM service WHERE id = ${id}`
})

/** For each of the keys, in order, the service that an alert names by it. */
export const findByRoutingKeys = Effect.fnUntraced(function*(routingKeys: ReadonlyArray<string>) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* decodeRoutes(
    yield* sql`SELECT id, routing_key AS "routingKey" FROM service WHERE routing_key = ANY (${routingKeys}::text[])`
  )
  const services = new Map(rows.map(({ id, routingKey }) => [routingKey, id]))
  return routingKeys.map((key) => Option.fromUndefinedOr(services.get(key)))
})
