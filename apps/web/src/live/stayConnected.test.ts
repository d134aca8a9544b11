import { assert, describe, it } from "@effect/vitest"
import { Clock, Effect } from "effect"
import { TestClock } from "effect/testing"
import { type Connection, stayConnected } from "./stayConnected.ts"

/** What is told within two minutes, at which seconds, and how often a connection was tried. */
const within = Effect.fnUntraced(function*(
  connect: (onConnected: () => void, attempt: number) => Effect.Effect<unknown, string>
) {
  let attempts = 0
  const told: Array<readonly [second: number, Connection]> = []
  const clock = yield* Clock.Clock
  const began = clock.currentTimeMillisUnsafe()
  yield* Effect.forkChild(stayConnected(
    (onConnected) => connect(onConnected, ++attempts),
    (connection) => told.push([Math.round((clock.currentTimeMillisUnsafe() - began) / 1000), connection])
  ))
  for (let tick = 0; tick < 240; tick++) yield* TestClock.adjust("500 millis")
  return { attempts, told }
})

describe("staying connected", () => {
  it.effect("is tried ever more rarely where nobody is let in, and is stale after a while", () =>
    Effect.gen(function*() {
      const { attempts, told } = yield* within(() => Effect.fail("refused"))
      assert.deepStrictEqual(told, [[20, "stale"]])
      assert.isAbove(attempts, 5)
      assert.isBelow(attempts, 20)
    }))

  it.effect("is stale after a connection that was refused later", () =>
    Effect.gen(function*() {
      const { attempts, told } = yield* within((onConnected, attempt) =>
        attempt === 1
          ? Effect.andThen(Effect.sync(onConnected), Effect.delay(Effect.fail("refused"), "30 seconds"))
          : Effect.fail("refused")
      )
      assert.deepStrictEqual(told.map(([, connection]) => connection), ["connected", "reconnecting", "stale"])
      assert.isBelow(attempts, 20)
    }))

  it.effect("outlives what is broken, and comes back", () =>
    Effect.gen(function*() {
      const { told } = yield* within((onConnected, attempt) =>
        attempt < 8
          ? Effect.die("the script cannot be fetched")
          : Effect.andThen(Effect.sync(onConnected), Effect.never)
      )
      assert.deepStrictEqual(told.map(([, connection]) => connection), ["stale", "connected"])
    }))
})
