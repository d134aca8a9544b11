import type { ShardingConfig } from "effect/cluster"

/**
 * How the pods of a cluster share the work. Every pod judges a dead one by its own settings, so they stand here once and
 * are nobody's option. `shardsPerGroup` can never change: it decides in which shard an entity lives.
 */
export const clusterSettings = {
  shardsPerGroup: 64,
  shardLockRefreshInterval: 2000,
  shardLockExpiration: 8000,
  refreshAssignmentsInterval: 1000,
  runnerHealthCheckInterval: 3000,
  entityMessagePollInterval: 2000,
  entityRegistrationTimeout: 10_000,
  entityReplyPollInterval: 100,
  preemptiveShutdown: true,
  simulateRemoteSerialization: false
} satisfies Partial<ShardingConfig.ShardingConfig["Service"]>
