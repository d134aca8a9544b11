import { Effect, Option } from "effect"
import { ClusterError, type Envelope, type Reply, ShardId, Snowflake } from "effect/cluster"
import { SqlClient } from "effect/sql"
import { clusterPrefix } from "../Migrations.ts"
import { textRows } from "../textRows.ts"

/** A request as the engine gives it to its storage. */
export interface NewRequest {
  readonly envelope: Extract<Envelope.Encoded, { readonly _tag: "Request" }>
  readonly primaryKey: string | null
  readonly deliverAt: number | null
}

export type NewExit = Extract<Reply.Encoded, { readonly _tag: "WithExit" }>

/** Longest key that the engine stores as it is; a longer one is hashed. */
export const longestPlainKey = 255

const messages = `${clusterPrefix}_messages`
const replies = `${clusterPrefix}_replies`

/**
 * A request to be stored. A `claimed` one is marked as read by its shard's owner; one with a `replyId` is answered by the
 * exit of that id, which is stored with it.
 */
export interface StoredRequest extends NewRequest {
  readonly claimed: boolean
  readonly replyId: string | null
}

const requestColumns = [
  "id",
  "message_id",
  "shard_id",
  "entity_type",
  "entity_id",
  "tag",
  "payload",
  "headers",
  "trace_id",
  "span_id",
  "sampled",
  "deliver_at",
  "claimed",
  "reply_id"
] as const

/** Stores requests that are not there and whose keys are not known yet, and gives their ids. */
const insertRequests = (sql: SqlClient.SqlClient, requests: ReadonlyArray<StoredRequest>) => {
  const rows = requests.map(({ claimed, deliverAt, envelope, primaryKey, replyId }) => ({
    id: envelope.requestId,
    message_id: primaryKey,
    shard_id: ShardId.toString(envelope.address.shardId),
    entity_type: envelope.address.entityType,
    entity_id: envelope.address.entityId,
    tag: envelope.tag,
    payload: JSON.stringify(envelope.payload),
    headers: JSON.stringify(envelope.headers),
    trace_id: envelope.traceId,
    span_id: envelope.spanId,
    sampled: envelope.sampled,
    deliver_at: deliverAt,
    claimed,
    reply_id: replyId
  }))
  return sql<{ readonly id: string }>`
    INSERT INTO ${sql(messages)} (
      id, request_id, kind, message_id, shard_id, entity_type, entity_id, tag, payload, headers, trace_id, span_id,
      sampled, deliver_at, last_read, processed, last_reply_id
    )
    SELECT id::bigint, id::bigint, 0, nullif(message_id, ''), shard_id, entity_type, entity_id, tag, payload, headers,
      nullif(trace_id, ''), nullif(span_id, ''), nullif(sampled, '')::boolean, nullif(deliver_at, '')::bigint,
      CASE WHEN claimed::boolean THEN now() END, reply_id <> '', nullif(reply_id, '')::bigint
    FROM ${textRows(sql, "request", requestColumns, rows)}
    ON CONFLICT DO NOTHING
    RETURNING id::text`
}

/**
 * Stores requests, and the last replies of requests with the mark that these are finished, by one statement. Returns the ids
 * of the requests that it stored. The others are there already, or their key is known, and their replies are not stored: for
 * those see `answerStored`. A reply that is there already counts as stored.
 */
export const writeMessages = Effect.fnUntraced(
  function*(requests: ReadonlyArray<StoredRequest>, exits: ReadonlyArray<NewExit>) {
    const sql = (yield* SqlClient.SqlClient).withoutTransforms()
    const insert = insertRequests(sql, requests)
    if (exits.length === 0) return idsOf(yield* insert)
    const own = new Set(requests.flatMap(({ envelope, replyId }) => replyId === null ? [] : [envelope.requestId]))
    const replyRows = exits.map(({ exit, id, requestId }) => ({
      id,
      request_id: requestId,
      payload: JSON.stringify(exit),
      own: own.has(requestId)
    }))
    return idsOf(
      yield* sql<{ readonly id: string }>`
    WITH stored AS (${insert}), given AS MATERIALIZED (
      SELECT id::bigint, request_id::bigint, payload, own::boolean
      FROM ${textRows(sql, "reply", ["id", "request_id", "payload", "own"], replyRows)}
    ), finished AS (
      UPDATE ${sql(messages)} message SET processed = true, last_reply_id = given.id
      FROM given WHERE message.request_id = given.request_id AND NOT given.own
    ), answered AS (
      INSERT INTO ${sql(replies)} (id, request_id, kind, payload)
      SELECT id, request_id, 0, payload FROM given WHERE NOT own OR request_id IN (SELECT id::bigint FROM stored)
      ON CONFLICT (id) DO NOTHING
    )
    SELECT id FROM stored`
    )
  },
  ClusterError.PersistenceError.refail,
  Effect.withTracerEnabled(false)
)

/**
 * Stores the last replies of those requests that are there and have none. Such a request was stored when the answer to that
 * was lost; of one whose key another request has there is nothing to answer.
 */
export const answerStored = Effect.fnUntraced(
  function*(exits: ReadonlyArray<NewExit>) {
    const sql = (yield* SqlClient.SqlClient).withoutTransforms()
    const rows = exits.map(({ exit, id, requestId }) => ({ id, request_id: requestId, payload: JSON.stringify(exit) }))
    yield* sql`
    WITH given AS MATERIALIZED (
      SELECT id::bigint, request_id::bigint, payload
      FROM ${textRows(sql, "reply", ["id", "request_id", "payload"], rows)}
    ), finished AS (
      UPDATE ${sql(messages)} message SET processed = true, last_reply_id = given.id
      FROM given WHERE message.id = given.request_id AND message.last_reply_id IS NULL
      RETURNING message.id
    )
    INSERT INTO ${sql(replies)} (id, request_id, kind, payload)
    SELECT id, request_id, 0, payload FROM given WHERE request_id IN (SELECT finished.id FROM finished)`
  },
  ClusterError.PersistenceError.refail,
  Effect.withTracerEnabled(false)
)

const idsOf = (rows: ReadonlyArray<{ readonly id: string }>) => new Set(rows.map(({ id }) => id))

/** A request that shall be handled once more, if its last reply is still the one that is known. */
export interface Reset {
  readonly id: string
  readonly expected: string
}

/** Takes back the last replies of requests, which are unread again, by one statement. Such a reply says that a run waits. */
export const takeBackReplies = Effect.fnUntraced(
  function*(resets: ReadonlyArray<Reset>) {
    const sql = (yield* SqlClient.SqlClient).withoutTransforms()
    yield* sql`
    WITH given AS MATERIALIZED (
      SELECT * FROM json_to_recordset(${JSON.stringify(resets)}::json) AS row (id bigint, expected bigint)
    ), unread AS (
      UPDATE ${sql(messages)} message SET processed = false, last_reply_id = NULL, last_read = NULL
      WHERE request_id = ANY (${resets.map(({ id }) => id)}::text[]::bigint[])
        AND last_reply_id IN (SELECT expected FROM given WHERE given.id = message.request_id)
      RETURNING request_id
    )
    DELETE FROM ${sql(replies)} WHERE request_id IN (SELECT request_id FROM unread) AND kind = 0`
  },
  ClusterError.PersistenceError.refail,
  Effect.withTracerEnabled(false)
)

/** The requests that have these keys. */
export const findRequests = Effect.fnUntraced(
  function*(keys: ReadonlyArray<string>) {
    const sql = (yield* SqlClient.SqlClient).withoutTransforms()
    const rows = yield* sql<{ readonly key: string; readonly id: string }>`
    SELECT message_id AS key, id::text FROM ${sql(messages)} WHERE ${sql.in("message_id", keys)}`
    const found = new Map(rows.map(({ id, key }) => [key, Snowflake.Snowflake(id)]))
    return keys.map((key) => Option.fromUndefinedOr(found.get(key)))
  },
  ClusterError.PersistenceError.refail,
  Effect.withTracerEnabled(false)
)

/** `last_read` of a message that shall be read again, which tells it from one that nobody has read. */
export const rereadMark = "1970-01-01"

/**
 * Lets messages of these shards be read again that were read half a minute ago and are not answered. Of those that are being
 * handled the engine knows and leaves them alone. Others were read by a pod that had lost the shard: after it was frozen, say.
 */
export const releaseOldReads = Effect.fnUntraced(
  function*(shards: ReadonlyArray<string>) {
    if (shards.length === 0) return
    const sql = (yield* SqlClient.SqlClient).withoutTransforms()
    yield* sql`
    WITH old AS (
      SELECT id FROM ${sql(messages)}
      WHERE ${sql.in("shard_id", shards)} AND NOT processed AND last_read < now() - interval '30 seconds'
      ORDER BY rowid FOR UPDATE
    )
    UPDATE ${sql(messages)} SET last_read = ${rereadMark}::timestamp WHERE id IN (SELECT id FROM old)`
  },
  ClusterError.PersistenceError.refail,
  Effect.withTracerEnabled(false)
)
