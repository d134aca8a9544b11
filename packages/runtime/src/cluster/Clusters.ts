import { withPlatform } from "@innkeeper/database"
import { Context, DateTime, Effect, Layer } from "effect"
import { SqlClient } from "effect/sql"
import { findEntityLoads, findLockedShards, findPods } from "./ClusterStore.ts"
import { ClusterState, type EntityLoad, holdersOf } from "./ClusterView.ts"
import { silentSeconds } from "./PodLive.ts"
import { clusterSettings } from "./Settings.ts"

/** The pods of the cluster, who holds which shard, and what waits for entities. For the platform's admins. */
export class Clusters extends Context.Service<Clusters, {
  readonly state: Effect.Effect<ClusterState>
  readonly entities: Effect.Effect<ReadonlyArray<EntityLoad>>
}>()("runtime/Clusters") {
  static readonly layer = Layer.effect(
    Clusters,
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const across = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
        withPlatform("console")(effect).pipe(Effect.provideService(SqlClient.SqlClient, sql), Effect.orDie)
      const { shardsPerGroup } = clusterSettings

      const state = across(Effect.gen(function*() {
        const pods = yield* findPods(silentSeconds)
        const alone = pods.every(({ address }) => address === "embedded")
        const locks = alone ? null : yield* findLockedShards
        return new ClusterState({ at: yield* DateTime.now, pods, shards: holdersOf(shardsPerGroup, pods, locks) })
      })).pipe(Effect.withSpan("Clusters.state"))

      const entities = across(findEntityLoads(shardsPerGroup)).pipe(Effect.withSpan("Clusters.entities"))

      return Clusters.of({ state, entities })
    })
  )
}
