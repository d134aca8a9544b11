import { assert, describe, it, layer } from "@effect/vitest"
import { freePort, TestDatabase } from "@innkeeper/testkit"
import { Array, DateTime, Deferred, Effect, Layer, PrimaryKey, Schedule, Schema } from "effect"
import { ClusterSchema, DeliverAt, Entity, MachineId, Snowflake } from "effect/cluster"
import { Rpc } from "effect/rpc"
import { SqlClient } from "effect/sql"
import { createConnection } from "node:net"
import { migrations } from "../Migrations.ts"
import { heldMark } from "../workflow/HeldMessageStore.ts"
import { clusterLayer } from "./Cluster.ts"
import { Clusters } from "./Clusters.ts"
import { type ClusterState, holdersOf } from "./ClusterView.ts"
import { StorageReads } from "./Messages.ts"
import { PodLive } from "./PodLive.ts"

const SomePod = Schema.Struct({
  id: Schema.Literals(["a", "b", "c"]),
  healthy: Schema.Boolean,
  seenAt: Schema.DateTimeUtc,
  shards: Schema.Array(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 8 })))
})

describe("holdersOf", () => {
  it.prop(
    "names a healthy pod that says so, the latest to say it, and nobody else",
    [Schema.Array(SomePod)],
    ([pods]) => {
      const one = Array.dedupeWith(pods, (left, right) => left.id === right.id)
      const shards = holdersOf(8, one, null)
      assert.deepStrictEqual(shards.map(({ number }) => number), [1, 2, 3, 4, 5, 6, 7, 8])
      for (const { number, podId } of shards) {
        const claims = one.filter(({ healthy, shards }) => healthy && shards.includes(number))
        assert.strictEqual(podId === null, claims.length === 0)
        const holder = claims.find(({ id }) => id === podId)
        if (holder === undefined) continue
        assert.isTrue(claims.every(({ seenAt }) => DateTime.isLessThanOrEqualTo(seenAt, holder.seenAt)))
      }
    }
  )

  it("tells whether anybody has the lock, where there are locks", () => {
    assert.deepStrictEqual(holdersOf(3, [], new Set([2])).map(({ locked }) => locked), [false, true, false])
    assert.deepStrictEqual(holdersOf(1, [], null).map(({ locked }) => locked), [null])
  })
})

class Later extends Schema.Class<Later>("test/Later")({ id: Schema.String, at: Schema.DateTimeUtc }) {
  [PrimaryKey.symbol]() {
    return this.id
  }
  [DeliverAt.symbol]() {
    return this.at
  }
}
const Sleeper = Entity.make("Sleeper", [Rpc.make("Wake", { payload: Later })]).annotateRpcs(
  ClusterSchema.Persisted,
  true
)

const Busy = Entity.make("Busy", [
  Rpc.make("Work", { payload: { id: Schema.String }, primaryKey: ({ id }) => id })
]).annotateRpcs(ClusterSchema.Persisted, true)

const begun = Deferred.makeUnsafe<void>()
const BusyLive = Busy.toLayer({ Work: () => Effect.andThen(Deferred.succeed(begun, undefined), Effect.never) })

const database = TestDatabase.layer([migrations])

const pod = (mode: Parameters<typeof clusterLayer>[0], address: string) =>
  Layer.mergeAll(
    PodLive({ address, version: "1.2.3" }),
    Sleeper.toLayer({ Wake: () => Effect.void }),
    BusyLive,
    Clusters.layer
  ).pipe(Layer.provideMerge(clusterLayer(mode)))

/** The state, once it is as wanted. */
const eventually = (wanted: (state: ClusterState) => boolean) =>
  Clusters.use(({ state }) => Effect.repeat(state, { until: wanted, schedule: Schedule.spaced("50 millis") }))

layer(Layer.provideMerge(pod({ kind: "embedded" }, "embedded"), database), { excludeTestServices: true })(
  "a process without others",
  (it) => {
    it.effect("holds every shard, and takes no locks", () =>
      Effect.gen(function*() {
        const { pods, shards } = yield* eventually(({ shards }) => shards.every(({ podId }) => podId !== null))
        assert.strictEqual(pods.length, 1)
        const [only] = pods
        assert.deepInclude(only, { healthy: true, version: "1.2.3", address: "embedded" })
        assert.isAbove(only!.memoryBytes, 1e7)
        assert.deepStrictEqual([...new Set(shards.map(({ podId }) => podId))], [only!.id])
        assert.deepStrictEqual([...new Set(shards.map(({ locked }) => locked))], [null])
      }))

    it.effect("counts what waits and what is for later", () =>
      Effect.gen(function*() {
        const client = yield* Sleeper.client
        const at = DateTime.add(yield* DateTime.now, { days: 1 })
        yield* client("one").Wake(new Later({ id: "1", at }), { discard: true })
        yield* client("two").Wake(new Later({ id: "2", at }), { discard: true })
        const { entities } = yield* Clusters
        const found = (yield* entities).find(({ type }) => type === "Sleeper")
        assert.deepInclude(found, { waiting: 0, later: 2, entities: 2, oldestSeconds: null })
        const sql = yield* SqlClient.SqlClient
        const timestamp = DateTime.toEpochMillis(yield* DateTime.now) - 60_000
        const id = String(Snowflake.make({ machineId: MachineId.make(0), sequence: 0, timestamp }))
        yield* sql`
          INSERT INTO cluster_messages (id, request_id, shard_id, entity_type, entity_id, kind)
          VALUES (${id}::bigint, ${id}::bigint, 'default:3', 'Unknown', 'one', 0)`
        const due = (yield* entities).find(({ type }) => type === "Unknown")
        assert.deepInclude(due, { waiting: 1, later: 0, entities: 1 })
        assert.closeTo(due!.oldestSeconds!, 60, 5)
      }))

    it.effect("counts what is held or was read by a pod that is gone as waiting, and not what an entity has taken", () =>
      Effect.gen(function*() {
        const client = yield* Busy.client
        yield* client("one").Work({ id: "1" }, { discard: true })
        yield* Deferred.await(begun)
        const sql = yield* SqlClient.SqlClient
        const load = Clusters.use(({ entities }) =>
          Effect.map(entities, (loads) => loads.find(({ type }) => type === "Busy"))
        )
        assert.isUndefined(yield* load)
        const { releaseOldReads } = yield* StorageReads
        yield* sql`UPDATE cluster_messages SET last_read = now() - interval '31 seconds' WHERE entity_type = 'Busy'`
        yield* releaseOldReads
        assert.isUndefined(yield* load)
        yield* sql`UPDATE cluster_messages SET last_read = now() - interval '61 seconds' WHERE entity_type = 'Busy'`
        assert.strictEqual((yield* load)?.waiting, 1)
        yield* sql`UPDATE cluster_messages SET last_read = ${heldMark}::timestamp WHERE entity_type = 'Busy'`
        assert.strictEqual((yield* load)?.waiting, 1)
      }))

    it.effect("tells how long what was for later has been due, not when it was stored", () =>
      Effect.gen(function*() {
        const sql = yield* SqlClient.SqlClient
        const now = DateTime.toEpochMillis(yield* DateTime.now)
        const id = String(
          Snowflake.make({ machineId: MachineId.make(0), sequence: 1, timestamp: now - 3_600_000 })
        )
        yield* sql`
          INSERT INTO cluster_messages (id, request_id, shard_id, entity_type, entity_id, kind, deliver_at, last_read)
          VALUES (${id}::bigint, ${id}::bigint, 'default:3', 'Late', 'one', 0, ${now - 30_000}, ${heldMark}::timestamp)`
        const { entities } = yield* Clusters
        const late = (yield* entities).find(({ type }) => type === "Late")
        assert.closeTo(late!.oldestSeconds!, 30, 5)
      }))

    it.effect("shows a pod that went silent as unhealthy, last and without shards, until it is forgotten or followed", () =>
      Effect.gen(function*() {
        const sql = yield* SqlClient.SqlClient
        yield* sql`
          INSERT INTO cluster_pod (id, address, host, version, started_at, seen_at, shards, entities, cpu, memory_bytes)
          VALUES
            (gen_random_uuid(), 'elsewhere', 'away', '1.2.3', now() - interval '1 day', now() - interval '20 seconds',
              '{1,2}', 0, 0, 0),
            (gen_random_uuid(), 'elsewhere', 'gone', '1.2.3', now() - interval '1 day', now() - interval '11 minutes',
              '{1,2}', 0, 0, 0),
            (gen_random_uuid(), 'embedded', 'followed', '1.2.3', now() - interval '1 day', now() - interval '20 seconds',
              '{1,2}', 0, 0, 0)`
        const { pods, shards } = yield* eventually(({ pods }) => pods.length === 2)
        assert.deepStrictEqual(pods.map(({ healthy, host }) => healthy || host), [true, "away"])
        assert.isTrue(shards.every(({ podId }) => podId === pods[0]!.id))
      }))
  }
)

const member = Layer.unwrap(
  Effect.map(freePort, (port) => pod({ kind: "cluster", host: "127.0.0.1", port }, `127.0.0.1:${port}`))
)

/** Whether somebody listens there. */
const answers = (host: string, port: number) =>
  Effect.callback<boolean>((resume) => {
    const socket = createConnection(port, host)
      .once("connect", () => resume(Effect.succeed(true)))
      .once("error", () => resume(Effect.succeed(false)))
    return Effect.sync(() => socket.destroy())
  })

layer(Layer.provideMerge(Layer.fresh(member), database), { excludeTestServices: true, timeout: "50 seconds" })(
  "pods on one database",
  (it) => {
    it.effect("hold each shard once, by a lock that the database knows", () =>
      Effect.gen(function*() {
        const alone = yield* eventually(({ shards }) => shards.every(({ locked, podId }) => locked && podId !== null))
        assert.strictEqual(alone.pods.length, 1)
        // Whoever reaches a runner may do anything: it listens where it is told to, and at no other address of the machine.
        const port = Number(alone.pods[0]!.address.split(":")[1])
        assert.deepStrictEqual([yield* answers("127.0.0.1", port), yield* answers("127.0.0.2", port)], [true, false])
        yield* Effect.scoped(Effect.gen(function*() {
          yield* Layer.build(Layer.fresh(member))
          const shared = yield* eventually(({ pods, shards }) =>
            new Set(shards.map(({ podId }) => podId)).size === 2 && shards.every(({ podId }) => podId !== null)
            && pods.length === 2
          )
          assert.isTrue(shared.pods.every(({ healthy }) => healthy))
        }))
        const left = yield* eventually(({ pods, shards }) =>
          pods.length === 1 && shards.every(({ locked, podId }) => locked && podId !== null)
        )
        assert.strictEqual(left.pods[0]?.id, alone.pods[0]?.id)
      }), 50_000)
  }
)
