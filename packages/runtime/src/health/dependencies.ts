import { withPlatform } from "@innkeeper/database"
import { Effect, Layer } from "effect"
import { ShardId, Sharding } from "effect/cluster"
import { SqlClient } from "effect/sql"
import { clusterSettings } from "../cluster/Settings.ts"
import { findPresentConsumers } from "../event/ConsumerStore.ts"
import { jobHealth } from "../job/jobHealth.ts"
import { poolWatch } from "./answerWatch.ts"
import { clusterMetricsLayer } from "./clusterMetrics.ts"
import { deadMansSwitches } from "./deadMansSwitches.ts"
import { Health, Unhealthy } from "./Health.ts"

/** Age in seconds from which an event that nobody handled yet is a problem. */
const tolerableLag = 30

const database = Health.check({
  name: "database",
  required: true,
  check: Effect.flatMap(SqlClient.SqlClient, (sql) => sql`SELECT 1`).pipe(
    Effect.catchTag("SqlError", () => new Unhealthy({ reason: "does not answer" }))
  )
})

const unreadable = () => new Unhealthy({ reason: "cannot be read" })

const events = Health.check({
  name: "events",
  required: false,
  check: Effect.gen(function*() {
    const consumers = yield* withPlatform("event lag")(findPresentConsumers)
    const late = consumers.filter(({ lagSeconds }) => lagSeconds > tolerableLag)
    if (late.length > 0) {
      const which = late.map(({ lagSeconds, name }) => `${name} is ${Math.round(lagSeconds)} s behind`)
      return yield* new Unhealthy({ reason: which.join(", ") })
    }
  }).pipe(Effect.catchTags({ SqlError: unreadable, SchemaError: unreadable }))
})

const shards = Array.from({ length: clusterSettings.shardsPerGroup }, (_, index) => ShardId.make("default", index + 1))

const cluster = Health.check({
  name: "cluster",
  required: true,
  check: Effect.gen(function*() {
    const sharding = yield* Sharding.Sharding
    if (yield* sharding.isShutdown) return yield* new Unhealthy({ reason: "has left the cluster" })
  })
})

const clusterShards = Health.check({
  name: "cluster shards",
  required: false,
  check: Effect.gen(function*() {
    const sharding = yield* Sharding.Sharding
    if (!shards.some(sharding.hasShardId)) return yield* new Unhealthy({ reason: "none is assigned to this process" })
  })
})

/**
 * What every process of the runtime depends on: the database, the cluster, and that somebody in it handles events, runs the
 * singletons and keeps the schedules.
 */
export const runtimeHealth = Layer.mergeAll(
  database,
  events,
  cluster,
  clusterShards,
  deadMansSwitches,
  jobHealth,
  poolWatch(),
  clusterMetricsLayer
)
