import { assert, describe, it } from "@effect/vitest"
import { Clock, Duration, Effect, Queue } from "effect"
import { TestClock } from "effect/testing"
import { readAnew } from "./readAnew.ts"

/** The seconds at which it reads, and what, while `storm` happens. Each reading takes so long. */
const readings = Effect.fnUntraced(function*(
  storm: (changes: Queue.Queue<string>) => Effect.Effect<unknown>,
  takes: Duration.Input = 0
) {
  const changes = yield* Queue.unbounded<string>()
  const read: Array<readonly [second: number, what: string]> = []
  const began = yield* Clock.currentTimeMillis
  yield* Effect.forkChild(readAnew(changes, (changed) =>
    Effect.gen(function*() {
      read.push([((yield* Clock.currentTimeMillis) - began) / 1000, [...changed].join(" ")])
      yield* Effect.sleep(takes)
    })))
  yield* Effect.forkChild(storm(changes))
  for (let tick = 0; tick < 600; tick++) yield* TestClock.adjust("100 millis")
  return read
})

describe("reading anew what changes", () => {
  it.effect("happens at once when it was quiet, and takes what follows together", () =>
    Effect.gen(function*() {
      const read = yield* readings((changes) =>
        Effect.gen(function*() {
          yield* Queue.offer(changes, "incident")
          yield* Effect.sleep("100 millis")
          yield* Queue.offerAll(changes, ["incident", "service", "incident"])
          yield* Effect.sleep("10 seconds")
          yield* Queue.offer(changes, "team")
        })
      )
      assert.deepStrictEqual(read, [[0, "incident"], [1, "incident service"], [10.1, "team"]])
    }))

  it.effect("happens ever more rarely in a storm, and once after it", () =>
    Effect.gen(function*() {
      const storm = (changes: Queue.Queue<string>) =>
        Effect.repeat(Effect.andThen(Queue.offer(changes, "incident"), Effect.sleep("100 millis")), { times: 299 })
      const seconds = (yield* readings(storm)).map(([second]) => second)
      assert.deepStrictEqual(seconds, [0, 1, 3, 7, 12, 17, 22, 27, 32])
    }))

  it.effect("waits for a reading to end, though not for ever", () =>
    Effect.gen(function*() {
      const twice = (changes: Queue.Queue<string>) =>
        Effect.andThen(Queue.offer(changes, "incident"), Effect.delay(Queue.offer(changes, "service"), "200 millis"))
      assert.deepStrictEqual(yield* readings(twice, "3 seconds"), [[0, "incident"], [4, "service"]])
      assert.deepStrictEqual(yield* readings(twice, Duration.infinity), [[0, "incident"], [16, "service"]])
    }))
})
