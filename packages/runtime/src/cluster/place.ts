import { Effect, Option } from "effect"
import { Entity, ShardId, Sharding } from "effect/cluster"

/** The shard whose holder leads: one pod at a time, by the same lock as any shard. */
const first = ShardId.make("default", 1)

/**
 * Where the current handler runs: `shard` and `runner` inside an entity or a workflow, `leader` on the pod that leads. For
 * logs and for work that one pod should do; what must be done exactly once is a singleton or a schedule.
 */
export const currentPlace = Effect.gen(function*() {
  const { hasShardId } = yield* Sharding.Sharding
  const address = yield* Effect.serviceOption(Entity.CurrentAddress)
  const runner = yield* Effect.serviceOption(Entity.CurrentRunnerAddress)
  return {
    shard: Option.map(address, ({ shardId }) => shardId.toString()),
    runner: Option.map(runner, ({ host, port }) => `${host}:${port}`),
    leader: hasShardId(first)
  }
})
