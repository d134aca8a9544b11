import { Array, Order, Schema } from "effect"

/** One process of the cluster, as it last told of itself. */
export class Pod extends Schema.Class<Pod>("runtime/Pod")({
  id: Schema.String,
  /** Where the other pods reach it, such as `10.0.3.7:34431`; `embedded` for a process without others. */
  address: Schema.String,
  /** Name of its machine. */
  host: Schema.String,
  /** Version of the program. */
  version: Schema.String,
  startedAt: Schema.DateTimeUtcFromString,
  seenAt: Schema.DateTimeUtcFromString,
  /** False when it is silent for too long, or when the other pods cannot reach it. */
  healthy: Schema.Boolean,
  /** The shards that it says it holds, ascending. */
  shards: Schema.Array(Schema.Int),
  /** Entities in its memory. */
  entities: Schema.Int,
  /** Processor time of the last seconds, where 1 is one core. */
  cpu: Schema.Finite,
  /** Resident memory. */
  memoryBytes: Schema.Int
}) {}

/** Who holds one shard. */
export class Shard extends Schema.Class<Shard>("runtime/Shard")({
  /** From 1. */
  number: Schema.Int,
  /** Id of the pod; null when no healthy pod says that it holds it. */
  podId: Schema.NullOr(Schema.String),
  /** Whether the database knows a holder; null where pods take no locks because there is one. */
  locked: Schema.NullOr(Schema.Boolean)
}) {}

/** Messages of one type of entity that no entity has taken yet. */
export class EntityLoad extends Schema.Class<EntityLoad>("runtime/EntityLoad")({
  type: Schema.String,
  /** Messages that could be handled now. */
  waiting: Schema.Int,
  /** Messages that are to be delivered later. */
  later: Schema.Int,
  /** How many entities of the type have a message of either kind. */
  entities: Schema.Int,
  /** How long the message that waits longest could have been handled, in seconds; null when none waits. */
  oldestSeconds: Schema.NullOr(Schema.Finite)
}) {}

/** The cluster as it is now. */
export class ClusterState extends Schema.Class<ClusterState>("runtime/ClusterState")({
  at: Schema.DateTimeUtcFromString,
  /** Healthy first, then the oldest first. */
  pods: Schema.Array(Pod),
  /** Every shard, in order. */
  shards: Schema.Array(Shard)
}) {}

/**
 * Who holds each shard from 1 to `count`: of the healthy pods that say so, the one that said it last, since a pod that lost
 * a shard tells so a moment later. `locks` are the shards whose lock somebody has, null where there are no locks.
 */
export const holdersOf = (
  count: number,
  pods: ReadonlyArray<Pick<Pod, "id" | "healthy" | "seenAt" | "shards">>,
  locks: ReadonlySet<number> | null
): ReadonlyArray<Shard> => {
  const byTime = Array.sortWith(
    pods.filter(({ healthy }) => healthy),
    ({ seenAt }) => seenAt.epochMilliseconds,
    Order.Number
  )
  const holders = new Map(byTime.flatMap(({ id, shards }) => shards.map((shard) => [shard, id] as const)))
  return Array.makeBy(count, (index) => {
    const number = index + 1
    return new Shard({
      number,
      podId: holders.get(number) ?? null,
      locked: locks === null ? null : locks.has(number)
    })
  })
}
