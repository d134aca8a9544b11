import { Effect, Layer } from "effect"
import { type RunnerAddress, RunnerStorage, type ShardId } from "effect/cluster"
import { inBatches } from "../batch/inBatches.ts"

interface Question {
  readonly address: RunnerAddress.RunnerAddress
  readonly shards: ReadonlyArray<ShardId.ShardId>
}

/**
 * Lets the engine ask for many shards at once whether this pod still holds their locks. It asks before it stores each final
 * reply, over the one session that holds the locks: what is asked while an answer is under way is asked together after it.
 */
export const LockChecks = Layer.effect(
  RunnerStorage.RunnerStorage,
  Effect.map(RunnerStorage.RunnerStorage, (storage) => {
    const ask = inBatches((questions: ReadonlyArray<Question>) => {
      const shards = new Map(questions.flatMap(({ shards }) => shards.map((shard) => [shard.toString(), shard])))
      return Effect.map(storage.refresh(questions[0]!.address, shards.values()), (answer) => {
        const held = new Set(answer.map((shard) => shard.toString()))
        return questions.map(({ shards }) => shards.filter((shard) => held.has(shard.toString())))
      })
    }, () => false)
    return RunnerStorage.RunnerStorage.of({
      ...storage,
      refresh: (address, shardIds) => {
        const shards = [...shardIds]
        return shards.length === 0 ? storage.refresh(address, shards) : ask({ address, shards })
      }
    })
  })
)
