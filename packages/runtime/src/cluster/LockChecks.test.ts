import { assert, it } from "@effect/vitest"
import { Effect, Fiber, Latch } from "effect"
import { RunnerAddress, ShardId } from "effect/cluster"
import { LockChecks } from "./LockChecks.ts"
import { refreshThrough } from "./refreshThrough.fixture.ts"

const address = RunnerAddress.make("pod", 1)
const shard = (number: number) => ShardId.make("default", number)

it.effect("shards that are asked for during a question are asked for together after it, and each gets its own answer", () =>
  Effect.gen(function*() {
    const asked: Array<ReadonlyArray<number>> = []
    const gate = yield* Latch.make(false)
    /** Only shards with an even number are still held. */
    const refresh = yield* refreshThrough(LockChecks, (_address, shardIds) =>
      Effect.suspend(() => {
        const shards = [...shardIds]
        asked.push(shards.map(({ id }) => id))
        return Effect.as(gate.await, shards.filter(({ id }) => id % 2 === 0))
      }))
    const held = (...numbers: ReadonlyArray<number>) =>
      Effect.map(refresh(address, numbers.map(shard)), (answer) => answer.map(({ id }) => id))
    const settle = Effect.repeat(Effect.yieldNow, { times: 50 })

    const first = yield* Effect.forkChild(held(1))
    yield* settle
    const others = yield* Effect.forkChild(
      Effect.all([held(2), held(2, 3, 4), held(5)], { concurrency: "unbounded" })
    )
    yield* settle
    yield* gate.open
    assert.deepStrictEqual(yield* Fiber.join(first), [])
    assert.deepStrictEqual(yield* Fiber.join(others), [[2], [2, 4], []])
    assert.deepStrictEqual(asked, [[1], [2, 3, 4, 5]])
  }))
