import type { ShardingConfig } from "effect/cluster"

/**
 * How the pods of a cluster share the work. Every pod judges a dead one by its own settings, so they stand here once and
 * are nobody's option. `shardsPerGroup` can never change: it decides in which shard an entity lives.
 */
export const clusterSettings = {
  shardsPerGroup: 64,
  // A third of the expiration is also what an operation on locks may take: a machine that is short of processors for a
  // moment must not cost its pods all their shards. A process that ends is noticed by `Presence`, long before.
  shardLockRefreshInterval: 4000,
  shardLockExpiration: 12_000,
  refreshAssignmentsInterval: 1000,
  runnerHealthCheckInterval: 3000,
  /** Messages that wait for one entity in memory. Stored ones beyond it wait in the database; others are refused. */
  entityMailboxCapacity: 4096,
  /** One that nobody asks leaves after this: what has to stay is in the database. Of workflows see `workflowEngine`. */
  entityMaxIdleTime: 10_000,
  entityMessagePollInterval: 2000,
  entityReplyPollInterval: 100,
  preemptiveShutdown: true,
  /** What is under way when a shard moves gets so long to end; then it begins anew on the next pod. */
  entityTerminationTimeout: 5000,
  simulateRemoteSerialization: false
} satisfies Partial<ShardingConfig.ShardingConfig["Service"]>
