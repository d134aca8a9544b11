import { assert, layer } from "@effect/vitest"
import { TestDatabase } from "@innkeeper/testkit"
import { Effect, Layer, Option } from "effect"
import { Schema } from "effect"
import { Entity } from "effect/cluster"
import { Rpc } from "effect/rpc"
import { SqlClient } from "effect/sql"
import { migrations } from "../Migrations.ts"
import { agreement } from "./Agreement.ts"
import { clusterLayer } from "./Cluster.ts"
import { currentPlace } from "./place.ts"

const agree = (settings: Readonly<Record<string, number | boolean>>) =>
  Effect.scoped(Effect.asVoid(Layer.build(Layer.fresh(agreement(settings)))))

const seen = (interval: string) =>
  Effect.flatMap(SqlClient.SqlClient, (sql) =>
    sql`
      INSERT INTO cluster_pod (id, address, host, version, started_at, seen_at, shards, entities, cpu, memory_bytes)
      VALUES ('01980000-0000-7000-8000-000000000001', 'other:1', 'other', '1', now(), now() - ${interval}::interval, '{}', 0, 0, 0)
      ON CONFLICT (id) DO UPDATE SET seen_at = excluded.seen_at`)

layer(TestDatabase.layer([migrations]), { excludeTestServices: true })("the cluster's settings", (it) => {
  it.effect("are equal on all pods", () =>
    Effect.gen(function*() {
      yield* agree({ shardsPerGroup: 64, shardLockExpiration: 8000 })
      yield* agree({ shardLockExpiration: 8000, shardsPerGroup: 64 })
      yield* seen("1 second")
      const error = yield* Effect.flip(agree({ shardsPerGroup: 64, shardLockExpiration: 9000 }))
      assert.strictEqual(
        error.message,
        "This version shares work with shardLockExpiration 9000, the cluster with 8000: stop all pods of the other version first, then start this one."
      )
    }))

  it.effect("may change while no pod runs, but for the number of shards", () =>
    Effect.gen(function*() {
      yield* seen("1 hour")
      yield* agree({ shardsPerGroup: 64, shardLockExpiration: 9000 })
      const error = yield* Effect.flip(agree({ shardsPerGroup: 32, shardLockExpiration: 9000 }))
      assert.include(error.message, "can never change: start a version that has 64")
      yield* agree({ shardsPerGroup: 64, shardLockExpiration: 9000 })
    }))
})

const Guide = Entity.make("Guide", [
  Rpc.make("Where", {
    success: Schema.Struct({ shard: Schema.Boolean, runner: Schema.Boolean, leader: Schema.Boolean })
  })
])
const GuideLive = Guide.toLayer({
  Where: () =>
    Effect.map(currentPlace, ({ leader, runner, shard }) => ({
      leader,
      runner: Option.isSome(runner),
      shard: Option.isSome(shard)
    }))
})

layer(
  GuideLive.pipe(
    Layer.provideMerge(clusterLayer({ kind: "embedded" })),
    Layer.provideMerge(TestDatabase.layer([migrations]))
  ),
  { excludeTestServices: true }
)("the place of a handler", (it) => {
  it.effect("is known inside of an entity, and outside who leads", () =>
    Effect.gen(function*() {
      const guide = yield* Guide.client
      assert.deepStrictEqual(yield* guide("any").Where(), { shard: true, runner: true, leader: true })
      const { leader, runner, shard } = yield* currentPlace
      assert.deepStrictEqual([leader, Option.isSome(runner), Option.isSome(shard)], [true, false, false])
    }))
})
