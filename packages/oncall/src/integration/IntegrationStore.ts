import { TenantId } from "@innkeeper/config"
import { Effect, Option, Schema } from "effect"
import { SqlClient } from "effect/sql"
import { ServiceId } from "../service/Service.ts"
import { Integration, type IntegrationId, type IntegrationInput } from "./Integration.ts"

const { key: _key, url: _url, ...stored } = Integration.fields

const Row = Schema.Struct({
  ...stored,
  createdAt: Schema.DateTimeUtcFromDate,
  lastAlertAt: Schema.NullOr(Schema.DateTimeUtcFromDate),
  revokedAt: Schema.NullOr(Schema.DateTimeUtcFromDate),
  sealedKey: Schema.String
})
const decodeRows = Schema.decodeUnknownEffect(Schema.Array(Row))

/** An integration as it is stored: its key sealed. */
export type StoredIntegration = typeof Row.Type

type Input = typeof IntegrationInput.Type

/** One integration by its id, or all by name. */
export const findIntegrations = Effect.fnUntraced(function*(id?: IntegrationId) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`
    SELECT id, name, kind, service_id AS "serviceId", created_at AS "createdAt", last_alert_at AS "lastAlertAt",
      revoked_at AS "revokedAt", key_sealed AS "sealedKey"
    FROM integration
    WHERE ${id === undefined ? sql`true` : sql`id = ${id}`} ORDER BY name COLLATE name_order`
  return yield* decodeRows(rows)
})

export const insertIntegration = Effect.fnUntraced(
  function*(id: IntegrationId, input: Input, key: { readonly hash: Uint8Array; readonly sealed: string }) {
    const sql = yield* SqlClient.SqlClient
    yield* sql`
      INSERT INTO integration (id, name, kind, service_id, key_hash, key_sealed)
      VALUES (${id}, ${input.name}, ${input.kind}, ${input.serviceId}, ${key.hash}, ${key.sealed})`
  }
)

/** False when there is no such integration. */
export const updateIntegration = Effect.fnUntraced(function*(id: IntegrationId, input: Input) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`
    UPDATE integration SET name = ${input.name}, kind = ${input.kind}, service_id = ${input.serviceId}
    WHERE id = ${id} RETURNING id`
  return rows.length > 0
})

/** Ends an integration that has not been revoked; false when there is none. */
export const markRevoked = Effect.fnUntraced(function*(id: IntegrationId) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`
    UPDATE integration SET revoked_at = now() WHERE id = ${id} AND revoked_at IS NULL RETURNING id`
  return rows.length > 0
})

const DoorRow = Schema.Struct({
  tenantId: TenantId,
  integrationId: Integration.fields.id,
  integrationName: Schema.String,
  serviceId: ServiceId,
  kind: Integration.fields.kind
})
const decodeDoors = Schema.decodeUnknownEffect(Schema.Array(DoorRow))

/** Where a key leads: the tenant and integration it belongs to. */
export type Door = typeof DoorRow.Type

/** The door of a key that has not been revoked, over all tenants. */
export const findDoor = Effect.fnUntraced(function*(keyHash: Uint8Array) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`
    SELECT tenant_id AS "tenantId", id AS "integrationId", name AS "integrationName", service_id AS "serviceId", kind
    FROM integration WHERE key_hash = ${keyHash} AND revoked_at IS NULL`
  return Option.fromNullishOr((yield* decodeDoors(rows))[0])
})
