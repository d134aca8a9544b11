import { DateTime, Effect, Schema } from "effect"
import { Snowflake } from "effect/cluster"
import { SqlClient } from "effect/sql"
import { heldMark } from "../workflow/HeldMessageStore.ts"
import { EntityLoad, Pod } from "./ClusterView.ts"
import { rereadMark } from "./MessageStore.ts"

const PodRow = Schema.Struct({
  ...Pod.fields,
  startedAt: Schema.DateTimeUtcFromDate,
  seenAt: Schema.DateTimeUtcFromDate
})
const decodePods = Schema.decodeUnknownEffect(Schema.Array(PodRow))

/**
 * Writes down how a pod is now, and forgets who died: those that have been silent for ten minutes, and the one whose address
 * this pod has now.
 */
export const upsertPod = Effect.fnUntraced(function*(pod: Omit<Pod, "seenAt" | "healthy">) {
  const sql = yield* SqlClient.SqlClient
  const startedAt = DateTime.formatIso(pod.startedAt)
  yield* sql`
    WITH dead AS (
      DELETE FROM cluster_pod
      WHERE id <> ${pod.id} AND (seen_at < now() - interval '10 minutes'
        OR address = ${pod.address} AND started_at < ${startedAt}::timestamptz)
    )
    INSERT INTO cluster_pod (id, address, host, version, started_at, shards, entities, cpu, memory_bytes)
    VALUES (${pod.id}, ${pod.address}, ${pod.host}, ${pod.version}, ${startedAt}::timestamptz,
      ${pod.shards}::int[], ${pod.entities}, ${pod.cpu}, ${pod.memoryBytes})
    ON CONFLICT (id) DO UPDATE SET seen_at = now(), shards = excluded.shards, entities = excluded.entities,
      cpu = excluded.cpu, memory_bytes = excluded.memory_bytes`
})

export const deletePod = Effect.fnUntraced(function*(id: string) {
  const sql = yield* SqlClient.SqlClient
  yield* sql`DELETE FROM cluster_pod WHERE id = ${id}`
})

/**
 * The pods, healthy first, then the oldest first. One is healthy when it was seen in the last `seconds` and the others, who
 * ask it themselves, have not put it down as unreachable.
 */
export const findPods = Effect.fnUntraced(function*(seconds: number) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`
    SELECT pod.id, pod.address, pod.host, pod.version, pod.started_at AS "startedAt", pod.seen_at AS "seenAt",
      pod.seen_at > now() - make_interval(secs => ${seconds}) AND coalesce(runner.healthy, true) AS healthy,
      pod.shards, pod.entities, pod.cpu, pod.memory_bytes AS "memoryBytes"
    FROM cluster_pod pod LEFT JOIN cluster_runners runner ON runner.address = pod.address
    ORDER BY healthy DESC, pod.started_at, pod.id`
  return (yield* decodePods(rows)).map((row) => new Pod(row))
})

/**
 * Numbers of the shards whose advisory lock some session holds. The keys are those of effect's `SqlRunnerStorage`: the
 * FNV-1a hash of `effect-cluster:cluster`, and 1 000 000 and the shard's number for the first group.
 */
export const findLockedShards = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql<{ readonly shard: number }>`
    SELECT (objid::bigint - 1000000)::int AS shard FROM pg_locks
    WHERE locktype = 'advisory' AND granted AND objsubid = 2 AND classid = ${String(lockNamespace)}::oid
      AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
      AND objid::bigint BETWEEN 1000001 AND 1999999`
  return new Set(rows.map(({ shard }) => shard))
})

const lockNamespace = new TextEncoder().encode("effect-cluster:cluster").reduce(
  (hash, byte) => Math.imul(hash ^ byte, 0x01000193) >>> 0,
  0x811c9dc5
)

/** How long a message that an entity has taken may go without being read again, which its owner does every 45 s or so. */
const longestTaken = "1 minute"

/**
 * What waits for entities, by their type. Of each shard the unhandled messages are found by the cluster's own index. A message
 * that an entity has taken, and may be handling for hours, waits no more; one that is held waits.
 */
export const findEntityLoads = Effect.fnUntraced(function*(shards: number) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql<{
    readonly type: string
    readonly waiting: number
    readonly later: number
    readonly entities: number
    readonly oldest: number | null
  }>`
    WITH unhandled AS (
      SELECT entity_type, entity_id, coalesce(deliver_at, 0) <= extract(epoch FROM now()) * 1000 AS due,
        greatest((id >> 22) + ${Snowflake.constEpochMillis}::bigint, deliver_at) AS since
      FROM cluster_messages
      WHERE shard_id IN (SELECT 'default:' || number FROM generate_series(1, ${shards}::int) number) AND NOT processed
        AND (last_read IS NULL OR last_read = ${heldMark}::timestamp
          OR last_read < now() - ${longestTaken}::interval AND last_read <> ${rereadMark}::timestamp)
    )
    SELECT entity_type AS type, count(*) FILTER (WHERE due)::int AS waiting, count(*) FILTER (WHERE NOT due)::int AS later,
      count(DISTINCT entity_id)::int AS entities, (min(since) FILTER (WHERE due))::float8 AS oldest
    FROM unhandled
    GROUP BY entity_type ORDER BY entity_type`
  const now = yield* DateTime.now
  return rows.map(({ oldest, ...row }) =>
    new EntityLoad({
      ...row,
      oldestSeconds: oldest === null ? null : Math.max(0, (DateTime.toEpochMillis(now) - oldest) / 1000)
    })
  )
})
