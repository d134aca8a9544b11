import { Array, Clock, DateTime, Duration, Effect, Layer, Schedule } from "effect"
import { ShardId, Sharding } from "effect/cluster"
import { SecureRandom } from "effect/crypto"
import { hostname } from "node:os"
import { survive } from "../survive.ts"
import { deletePod, upsertPod } from "./ClusterStore.ts"
import { clusterSettings } from "./Settings.ts"

const interval = Duration.seconds(3)

/** Silence after which a pod is taken for dead, in seconds: four of its words did not come. */
export const silentSeconds = 4 * Duration.toSeconds(interval)

const shardIds = Array.makeBy(clusterSettings.shardsPerGroup, (index) => ShardId.make("default", index + 1))

/**
 * Tells every 3 s how this process is and which shards it holds, and takes itself off the list when it stops.
 *
 * `address` is where the other pods reach it, `embedded` when there are no others; `version` is the program's.
 */
export const PodLive = (options: { readonly address: string; readonly version: string }) =>
  Layer.effectDiscard(Effect.gen(function*() {
    const sharding = yield* Sharding.Sharding
    const id = SecureRandom.uuidV7Unsafe()
    const startedAt = yield* DateTime.now
    let last = { at: yield* Clock.currentTimeMillis, usage: process.cpuUsage() }

    const tell = Effect.gen(function*() {
      const at = yield* Clock.currentTimeMillis
      const usage = process.cpuUsage()
      const busy = (usage.user + usage.system - last.usage.user - last.usage.system) / 1000
      const cpu = at > last.at ? Math.max(0, busy / (at - last.at)) : 0
      last = { at, usage }
      yield* upsertPod({
        id,
        address: options.address,
        host: hostname(),
        version: options.version,
        startedAt,
        shards: shardIds.filter((shard) => sharding.hasShardId(shard)).map(({ id }) => id),
        entities: yield* sharding.activeEntityCount,
        cpu,
        memoryBytes: process.memoryUsage.rss()
      })
    })

    yield* Effect.addFinalizer(() => Effect.ignore(deletePod(id)))
    yield* tell.pipe(
      survive("This pod could not tell how it is"),
      Effect.repeat(Schedule.spaced(interval)),
      Effect.forkScoped
    )
  }))
