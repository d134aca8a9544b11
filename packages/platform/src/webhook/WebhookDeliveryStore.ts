import { TenantId } from "@innkeeper/config"
import { DateTime, Effect, Option, Schema } from "effect"
import { SecureRandom } from "effect/crypto"
import { SqlClient } from "effect/sql"
import {
  type DeadBecause,
  WebhookAttempt,
  WebhookDelivery,
  WebhookDeliveryDetail,
  WebhookDeliveryId,
  type WebhookDeliveryState
} from "./WebhookDelivery.ts"
import { WebhookEndpointId } from "./WebhookEndpoint.ts"

const encodeInstant = Schema.encodeSync(Schema.DateTimeUtcFromString)

const Row = Schema.Struct({
  ...WebhookDelivery.fields,
  createdAt: Schema.DateTimeUtcFromDate,
  nextAttemptAt: Schema.NullOr(Schema.DateTimeUtcFromDate),
  finishedAt: Schema.NullOr(Schema.DateTimeUtcFromDate)
})
const decodeRows = Schema.decodeUnknownEffect(Schema.Array(Row))

/** Deliveries of an endpoint that match, the newest first; `before` is the id of the last one of the previous page. */
export const findDeliveries = Effect.fnUntraced(function*(filter: {
  readonly endpointId: WebhookEndpointId
  readonly id?: WebhookDeliveryId
  readonly state?: WebhookDeliveryState | undefined
  readonly type?: string | undefined
  readonly before?: string | undefined
  readonly limit: number
}) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`
    SELECT delivery.id, delivery.endpoint_id AS "endpointId", delivery.event_id AS "eventId", delivery.type,
      delivery.state, delivery.dead_because AS "deadBecause", delivery.attempts, last.status AS "lastStatus",
      delivery.created_at AS "createdAt", delivery.next_attempt_at AS "nextAttemptAt",
      delivery.finished_at AS "finishedAt"
    FROM webhook_delivery delivery
    LEFT JOIN webhook_attempt last ON last.tenant_id = delivery.tenant_id AND last.delivery_id = delivery.id
      AND last.number = delivery.attempts
    WHERE ${
    sql.and([
      sql`delivery.endpoint_id = ${filter.endpointId}`,
      ...(filter.id ? [sql`delivery.id = ${filter.id}`] : []),
      ...(filter.state ? [sql`delivery.state = ${filter.state}`] : []),
      ...(filter.type ? [sql`delivery.type = ${filter.type}`] : []),
      ...(filter.before ? [sql`delivery.id < ${filter.before}`] : [])
    ])
  }
    ORDER BY delivery.id DESC LIMIT ${filter.limit}`
  return (yield* decodeRows(rows)).map((row) => new WebhookDelivery(row))
})

const AttemptRow = Schema.Struct({ ...WebhookAttempt.fields, at: Schema.DateTimeUtcFromDate })
const decodeAttempts = Schema.decodeUnknownEffect(Schema.Array(AttemptRow))

export const findDetail = Effect.fnUntraced(function*(endpointId: WebhookEndpointId, id: WebhookDeliveryId) {
  const sql = yield* SqlClient.SqlClient
  const [delivery] = yield* findDeliveries({ endpointId, id, limit: 1 })
  if (delivery === undefined) return Option.none()
  const [row] = yield* sql<{ readonly body: string }>`SELECT body FROM webhook_delivery WHERE id = ${id}`
  const attempts = yield* decodeAttempts(
    yield* sql`
      SELECT number, at, status, milliseconds, answer FROM webhook_attempt WHERE delivery_id = ${id} ORDER BY number`
  )
  return Option.some(
    new WebhookDeliveryDetail({
      delivery,
      body: row!.body,
      attempts: attempts.map((attempt) => new WebhookAttempt(attempt))
    })
  )
})

/** An event for an endpoint. */
export interface NewDelivery {
  readonly endpointId: WebhookEndpointId
  readonly eventId: string
  readonly type: string
  readonly body: string
}

/** Writes deliveries that are due `at`. An event that its endpoint has already is not written again. */
export const insertDeliveries = Effect.fnUntraced(function*(deliveries: ReadonlyArray<NewDelivery>, at: DateTime.Utc) {
  const sql = yield* SqlClient.SqlClient
  const rows = deliveries.map((delivery) => ({ ...delivery, id: SecureRandom.uuidV7Unsafe() }))
  const written = yield* sql<{ readonly id: WebhookDeliveryId }>`
    INSERT INTO webhook_delivery (id, endpoint_id, event_id, type, body, next_attempt_at)
    SELECT id, "endpointId", "eventId", type, body, ${encodeInstant(at)}::timestamptz
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
      AS row (id uuid, "endpointId" uuid, "eventId" uuid, type text, body text)
    ON CONFLICT (tenant_id, endpoint_id, event_id) DO NOTHING
    RETURNING id`
  return written.map(({ id }) => id)
})

const Work = Schema.Struct({
  id: WebhookDeliveryId,
  endpointId: WebhookEndpointId,
  body: Schema.String,
  attempts: Schema.Int,
  /** Attempts since the delivery was made or last replayed. */
  tries: Schema.Int,
  url: Schema.String,
  secretSealed: Schema.String,
  oldSecretSealed: Schema.NullOr(Schema.String),
  oldSecretUntil: Schema.NullOr(Schema.DateTimeUtcFromDate),
  failingSince: Schema.NullOr(Schema.DateTimeUtcFromDate)
})
const decodeWork = Schema.decodeUnknownEffect(Schema.Array(Work))

/** What an attempt needs to know. */
export type Work = typeof Work.Type

/** Of these deliveries those that are pending, to an enabled endpoint. */
export const findWork = Effect.fnUntraced(function*(ids: ReadonlyArray<WebhookDeliveryId>) {
  const sql = yield* SqlClient.SqlClient
  return yield* decodeWork(
    yield* sql`
      SELECT delivery.id, delivery.endpoint_id AS "endpointId", delivery.body, delivery.attempts, delivery.tries,
        endpoint.url, endpoint.secret_sealed AS "secretSealed", endpoint.old_secret_sealed AS "oldSecretSealed",
        endpoint.old_secret_until AS "oldSecretUntil", endpoint.failing_since AS "failingSince"
      FROM webhook_delivery delivery
      JOIN webhook_endpoint endpoint
        ON endpoint.tenant_id = delivery.tenant_id AND endpoint.id = delivery.endpoint_id
      WHERE delivery.id IN ${sql.in(ids)} AND delivery.state = 'pending' AND endpoint.disabled_at IS NULL`
  )
})

/** What becomes of a delivery after an attempt. */
export type Next =
  | { readonly state: "delivered" }
  | { readonly state: "dead"; readonly because: DeadBecause }
  | { readonly state: "pending"; readonly at: DateTime.Utc }

/** Writes an attempt down, unless it was written down before or the delivery ended meanwhile. Says whether it did. */
export const recordAttempt = Effect.fnUntraced(function*(
  id: WebhookDeliveryId,
  attempt: WebhookAttempt,
  next: Next
) {
  const sql = yield* SqlClient.SqlClient
  const nextAt = next.state === "pending" ? encodeInstant(next.at) : null
  const finishedAt = next.state === "pending" ? null : encodeInstant(
    DateTime.addDuration(attempt.at, attempt.milliseconds)
  )
  const written = yield* sql`
    WITH counted AS (
      UPDATE webhook_delivery SET attempts = attempts + 1, tries = tries + 1, state = ${next.state},
        dead_because = ${next.state === "dead" ? next.because : null}, next_attempt_at = ${nextAt}::timestamptz,
        finished_at = ${finishedAt}::timestamptz
      WHERE id = ${id} AND state = 'pending' AND attempts = ${attempt.number - 1}
      RETURNING id
    )
    INSERT INTO webhook_attempt (delivery_id, number, at, status, milliseconds, answer)
    SELECT id, ${attempt.number}::int, ${encodeInstant(attempt.at)}::timestamptz, ${attempt.status}::int,
      ${attempt.milliseconds}::int, ${attempt.answer}
    FROM counted RETURNING number`
  return written.length > 0
})

/** Puts off deliveries that have to wait for others of their endpoint. */
export const postpone = Effect.fnUntraced(
  function*(waits: ReadonlyArray<{ readonly id: WebhookDeliveryId; readonly until: DateTime.Utc }>) {
    const sql = yield* SqlClient.SqlClient
    const rows = waits.map(({ id, until }) => ({ id, until: encodeInstant(until) }))
    yield* sql`
      UPDATE webhook_delivery delivery SET next_attempt_at = wait.until
      FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS wait (id uuid, until timestamptz)
      WHERE delivery.id = wait.id AND delivery.state = 'pending'`
  }
)

/** Gives up all that an endpoint waits for. */
export const giveUpPending = Effect.fnUntraced(function*(endpointId: WebhookEndpointId, at: DateTime.Utc) {
  const sql = yield* SqlClient.SqlClient
  yield* sql`
    UPDATE webhook_delivery SET state = 'dead', dead_because = 'disabled', next_attempt_at = NULL,
      finished_at = ${encodeInstant(at)}::timestamptz
    WHERE endpoint_id = ${endpointId} AND state = 'pending'`
})

/**
 * Gives up, of every tenant, what was due before `before` at a disabled endpoint: it was made in the moment in which that was
 * disabled. Returns how many there were.
 */
export const giveUpStranded = Effect.fnUntraced(function*(before: DateTime.Utc, at: DateTime.Utc) {
  const sql = yield* SqlClient.SqlClient
  const stranded = yield* sql`
    UPDATE webhook_delivery delivery SET state = 'dead', dead_because = 'disabled', next_attempt_at = NULL,
      finished_at = ${encodeInstant(at)}::timestamptz
    FROM webhook_endpoint endpoint
    WHERE endpoint.tenant_id = delivery.tenant_id AND endpoint.id = delivery.endpoint_id
      AND endpoint.disabled_at IS NOT NULL AND delivery.state = 'pending'
      AND delivery.next_attempt_at < ${encodeInstant(before)}::timestamptz
    RETURNING delivery.id`
  return stranded.length
})

/** A delivery that begins anew, and its attempts so far. */
export interface Revived {
  readonly id: WebhookDeliveryId
  readonly attempts: number
}

const revive = Effect.fnUntraced(
  function*(choose: (sql: SqlClient.SqlClient) => ReturnType<SqlClient.SqlClient["and"]>, at: DateTime.Utc) {
    const sql = yield* SqlClient.SqlClient
    return yield* sql<Revived>`
      UPDATE webhook_delivery SET state = 'pending', dead_because = NULL, tries = 0, finished_at = NULL,
        next_attempt_at = ${encodeInstant(at)}::timestamptz
      WHERE state <> 'pending' AND ${choose(sql)} RETURNING id, attempts`
  }
)

/** None when it is pending already. */
export const reviveDelivery = (id: WebhookDeliveryId, at: DateTime.Utc) =>
  Effect.map(revive((sql) => sql.and([sql`id = ${id}`]), at), ([revived]) => Option.fromNullishOr(revived))

/** The oldest `limit` dead deliveries of an endpoint that were made at or after `since`. */
export const reviveDead = (
  endpointId: WebhookEndpointId,
  since: DateTime.Utc,
  limit: number,
  at: DateTime.Utc
) =>
  revive((sql) =>
    sql.and([sql`id IN (
      SELECT id FROM webhook_delivery
      WHERE endpoint_id = ${endpointId} AND state = 'dead' AND created_at >= ${encodeInstant(since)}::timestamptz
      ORDER BY id LIMIT ${limit})`]), at)

export const countDead = Effect.fnUntraced(function*(endpointId: WebhookEndpointId, since: DateTime.Utc) {
  const sql = yield* SqlClient.SqlClient
  const [row] = yield* sql<{ readonly count: number }>`
    SELECT count(*)::int AS count FROM webhook_delivery
    WHERE endpoint_id = ${endpointId} AND state = 'dead' AND created_at >= ${encodeInstant(since)}::timestamptz`
  return row!.count
})

/** Deletes `limit` deliveries that ended before `before`, of every tenant; returns how many. */
export const deleteFinished = Effect.fnUntraced(function*(before: DateTime.Utc, limit: number) {
  const sql = yield* SqlClient.SqlClient
  const gone = yield* sql`
    DELETE FROM webhook_delivery WHERE (tenant_id, id) IN (
      SELECT tenant_id, id FROM webhook_delivery
      WHERE state <> 'pending' AND finished_at < ${encodeInstant(before)}::timestamptz
      ORDER BY finished_at LIMIT ${limit}
    ) RETURNING id`
  return gone.length
})

const Overdue = Schema.Struct({ tenantId: TenantId, id: WebhookDeliveryId, attempts: Schema.Int })
const decodeOverdue = Schema.decodeUnknownEffect(Schema.Array(Overdue))

/** Pending deliveries of every tenant whose attempt was due before `before`: nobody works on them. */
export const findOverdue = Effect.fnUntraced(function*(before: DateTime.Utc, limit: number) {
  const sql = yield* SqlClient.SqlClient
  return yield* decodeOverdue(
    yield* sql`
      SELECT tenant_id AS "tenantId", id, attempts FROM webhook_delivery
      WHERE state = 'pending' AND next_attempt_at < ${encodeInstant(before)}::timestamptz
      ORDER BY next_attempt_at LIMIT ${limit}`
  )
})
