import { assert, it } from "@effect/vitest"
import { Effect, Fiber } from "effect"
import { ClusterError, RunnerAddress, ShardId } from "effect/cluster"
import { TestClock } from "effect/testing"
import { LockRecovery } from "./LockRecovery.ts"
import { refreshThrough } from "./refreshThrough.fixture.ts"

const address = RunnerAddress.make("pod", 1)
const shard = ShardId.make("default", 7)

/** Storage whose database is there or away, and whose session of locks answers or does not. */
const makeStorage = Effect.gen(function*() {
  const database = { away: false, sessionLost: false, looks: 0, asked: 0, reopened: 0 }
  const refresh = yield* refreshThrough(LockRecovery, (_address, shardIds) =>
    Effect.suspend(() => {
      const shards = [...shardIds]
      if (shards.length === 0) database.looks += 1
      else database.asked += 1
      if (database.away) return Effect.fail(new ClusterError.PersistenceError({ cause: "refused" }))
      if (shards.length === 0 || !database.sessionLost) return Effect.succeed(shards)
      return Effect.onInterrupt(Effect.never, () =>
        Effect.sync(() => {
          database.reopened += 1
        }))
    }))
  return { database, refresh }
})

it.effect("a look for storage that is away ends as soon as it is back, with a session of locks that answers", () =>
  Effect.gen(function*() {
    const { database, refresh } = yield* makeStorage
    assert.deepStrictEqual(yield* refresh(address, [shard]), [shard])
    database.away = database.sessionLost = true
    const look = yield* Effect.forkChild(refresh(address, []))
    yield* TestClock.adjust("3 seconds")
    assert.deepStrictEqual([database.looks, database.asked, database.reopened], [13, 1, 0])
    database.away = false
    yield* TestClock.adjust("350 millis")
    assert.deepStrictEqual(yield* Fiber.join(look), [])
    assert.deepStrictEqual([database.looks, database.asked, database.reopened], [14, 2, 1])
  }))

it.effect("a session that answers is kept", () =>
  Effect.gen(function*() {
    const { database, refresh } = yield* makeStorage
    yield* refresh(address, [shard])
    yield* refresh(address, [])
    assert.deepStrictEqual([database.looks, database.asked, database.reopened], [1, 2, 0])
  }))

it.effect("a refresh of shards fails as the storage does, and a pod that holds none asks for none", () =>
  Effect.gen(function*() {
    const { database, refresh } = yield* makeStorage
    yield* refresh(address, [])
    assert.strictEqual(database.asked, 0)
    database.away = true
    assert.instanceOf(yield* Effect.flip(refresh(address, [shard])), ClusterError.PersistenceError)
    assert.strictEqual(database.asked, 1)
  }))
