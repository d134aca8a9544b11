import { Effect, Layer, Schedule } from "effect"
import { RunnerStorage, type ShardId } from "effect/cluster"

/** Between two looks for storage that is away. */
const pause = "250 millis"

/** What the session that holds the locks gets to answer, before it is taken for lost and another is opened. */
const patience = "100 millis"

/**
 * Brings a pod back to its shards as soon as its database is back. Left alone, the engine looks for storage that is away
 * every four seconds, by a refresh of no shards, and then waits four more for the lost session before it opens another.
 * Here a look goes on until the engine ends it, and one that finds the database asks that session: if it does not answer,
 * the engine opens another at once. No lock can get lost by that: while the storage is away none counts as held.
 */
export const LockRecovery = Layer.effect(
  RunnerStorage.RunnerStorage,
  Effect.map(RunnerStorage.RunnerStorage, (storage) => {
    let shard: ShardId.ShardId | undefined
    return RunnerStorage.RunnerStorage.of({
      ...storage,
      refresh: (address, shardIds) =>
        Effect.suspend(() => {
          const shards = [...shardIds]
          shard = shards[0] ?? shard
          const refresh = storage.refresh(address, shards)
          if (shards.length > 0 || shard === undefined) return refresh
          const askSession = storage.refresh(address, [shard]).pipe(Effect.timeoutOption(patience), Effect.ignoreCause)
          return Effect.tap(Effect.retry(refresh, Schedule.spaced(pause)), askSession)
        })
    })
  })
)
