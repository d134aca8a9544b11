import type { TenantId } from "@innkeeper/config"
import { type DateTime, Effect, Option, Schema } from "effect"
import { SqlClient } from "effect/sql"
import { type DisabledBecause, Receiver, WebhookEndpoint, type WebhookEndpointId } from "./WebhookEndpoint.ts"

const encodeInstant = Schema.encodeSync(Schema.DateTimeUtcFromString)

const Row = Schema.Struct({
  ...WebhookEndpoint.fields,
  createdAt: Schema.DateTimeUtcFromDate,
  oldSecretUntil: Schema.NullOr(Schema.DateTimeUtcFromDate),
  failingSince: Schema.NullOr(Schema.DateTimeUtcFromDate),
  lastSuccessAt: Schema.NullOr(Schema.DateTimeUtcFromDate)
})
const decodeRows = Schema.decodeUnknownEffect(Schema.Array(Row))

/** Endpoints of the current tenant, the oldest first; or one. */
export const findEndpoints = Effect.fnUntraced(function*(id?: WebhookEndpointId) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`
    SELECT endpoint.id, endpoint.url, endpoint.description, endpoint.event_types AS "eventTypes",
      endpoint.created_at AS "createdAt", endpoint.failing_since AS "failingSince",
      endpoint.last_success_at AS "lastSuccessAt",
      CASE WHEN endpoint.old_secret_until > now() THEN endpoint.old_secret_until END AS "oldSecretUntil",
      CASE WHEN endpoint.disabled_at IS NOT NULL THEN
        jsonb_build_object('at', endpoint.disabled_at, 'because', endpoint.disabled_because) END AS disabled,
      waiting.pending, waiting.dead
    FROM webhook_endpoint endpoint CROSS JOIN LATERAL (
      SELECT count(*) FILTER (WHERE delivery.state = 'pending')::int AS pending,
        count(*) FILTER (WHERE delivery.state = 'dead')::int AS dead
      FROM webhook_delivery delivery
      WHERE delivery.tenant_id = endpoint.tenant_id AND delivery.endpoint_id = endpoint.id
        AND delivery.state <> 'delivered'
    ) waiting
    WHERE ${id === undefined ? sql`true` : sql`endpoint.id = ${id}`} ORDER BY endpoint.id`
  return (yield* decodeRows(rows)).map((row) => new WebhookEndpoint(row))
})

export const countEndpoints = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const [row] = yield* sql<{ readonly count: number }>`SELECT count(*)::int AS count FROM webhook_endpoint`
  return row!.count
})

/** What an endpoint is told to be. */
interface Settings {
  readonly url: string
  readonly description: string
  readonly eventTypes: ReadonlyArray<string>
}

export const insertEndpoint = Effect.fnUntraced(function*(id: WebhookEndpointId, input: Settings, sealed: string) {
  const sql = yield* SqlClient.SqlClient
  yield* sql`
    INSERT INTO webhook_endpoint (id, url, description, event_types, secret_sealed)
    VALUES (${id}, ${input.url}, ${input.description}, ${JSON.stringify(input.eventTypes)}::jsonb, ${sealed})`
})

export const updateEndpoint = Effect.fnUntraced(function*(id: WebhookEndpointId, input: Settings) {
  const sql = yield* SqlClient.SqlClient
  yield* sql`
    UPDATE webhook_endpoint SET url = ${input.url}, description = ${input.description},
      event_types = ${JSON.stringify(input.eventTypes)}::jsonb
    WHERE id = ${id}`
})

/** Makes `sealed` the secret. The one before signs as well until `keepOldUntil`, or no more at once. */
export const writeSecret = Effect.fnUntraced(
  function*(id: WebhookEndpointId, sealed: string, keepOldUntil: DateTime.Utc | null) {
    const sql = yield* SqlClient.SqlClient
    const until = keepOldUntil === null ? null : encodeInstant(keepOldUntil)
    yield* sql`
      UPDATE webhook_endpoint SET secret_sealed = ${sealed}, old_secret_until = ${until}::timestamptz,
        old_secret_sealed = CASE WHEN ${until}::timestamptz IS NULL THEN NULL ELSE secret_sealed END
      WHERE id = ${id}`
  }
)

/** Says whether it was enabled before. */
export const disableEndpoint = Effect.fnUntraced(
  function*(id: WebhookEndpointId, because: DisabledBecause, at: DateTime.Utc) {
    const sql = yield* SqlClient.SqlClient
    const changed = yield* sql`
      UPDATE webhook_endpoint SET disabled_at = ${encodeInstant(at)}::timestamptz, disabled_because = ${because}
      WHERE id = ${id} AND disabled_at IS NULL RETURNING id`
    return changed.length > 0
  }
)

/** What it failed before is forgotten. Says whether it was disabled before. */
export const enableEndpoint = Effect.fnUntraced(function*(id: WebhookEndpointId) {
  const sql = yield* SqlClient.SqlClient
  const changed = yield* sql`
    UPDATE webhook_endpoint SET disabled_at = NULL, disabled_because = NULL, failing_since = NULL
    WHERE id = ${id} AND disabled_at IS NOT NULL RETURNING id`
  return changed.length > 0
})

/** With its deliveries. Returns its address. */
export const deleteEndpoint = Effect.fnUntraced(function*(id: WebhookEndpointId) {
  const sql = yield* SqlClient.SqlClient
  const [gone] = yield* sql<{ readonly url: string }>`DELETE FROM webhook_endpoint WHERE id = ${id} RETURNING url`
  return Option.fromNullishOr(gone?.url)
})

const decodeReceivers = Schema.decodeUnknownEffect(Schema.Array(Receiver))

/** Enabled endpoints. */
export const findReceivers = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  return yield* decodeReceivers(
    yield* sql`
      SELECT id, event_types AS "eventTypes", created_at AS "createdAt" FROM webhook_endpoint
      WHERE disabled_at IS NULL ORDER BY id`
  )
})

/** Which of these tenants have an enabled endpoint. For a session that sees all tenants. */
export const tenantsWithReceivers = Effect.fnUntraced(function*(tenantIds: ReadonlyArray<TenantId>) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql<{ readonly tenantId: TenantId }>`
    SELECT DISTINCT tenant_id AS "tenantId" FROM webhook_endpoint
    WHERE tenant_id = ANY (${[...new Set(tenantIds)]}::text[]::uuid[]) AND disabled_at IS NULL`
  return new Set(rows.map(({ tenantId }) => tenantId))
})

/** A success ends what failed before. It is written down once a minute, so that deliveries side by side do not queue. */
export const noteSuccess = Effect.fnUntraced(function*(id: WebhookEndpointId, at: DateTime.Utc) {
  const sql = yield* SqlClient.SqlClient
  yield* sql`
    UPDATE webhook_endpoint SET failing_since = NULL, last_success_at = ${encodeInstant(at)}::timestamptz
    WHERE id = ${id} AND disabled_at IS NULL AND (failing_since IS NOT NULL OR last_success_at IS NULL
      OR last_success_at < ${encodeInstant(at)}::timestamptz - interval '1 minute')`
})

export const noteFailure = Effect.fnUntraced(function*(id: WebhookEndpointId, at: DateTime.Utc) {
  const sql = yield* SqlClient.SqlClient
  yield* sql`
    UPDATE webhook_endpoint SET failing_since = ${encodeInstant(at)}::timestamptz
    WHERE id = ${id} AND disabled_at IS NULL AND failing_since IS NULL`
})
