import { it } from "@effect/vitest"
import { Deferred, Effect, Exit, Fiber, Pool, Scope } from "effect"
import { expect } from "vitest"

/** A borrowed connection, and how to give it back. */
const borrow = <A, E>(pool: Pool.Pool<A, E>) =>
  Effect.gen(function*() {
    const scope = yield* Scope.make()
    const connection = yield* Scope.provide(Pool.get(pool), scope)
    return { connection, giveBack: Scope.close(scope, Exit.void) }
  })

it.effect("opens a connection for who waits, after one failed while another could serve and that one broke too", () =>
  Effect.gen(function*() {
    const refuse = yield* Deferred.make<void>()
    let opened = 0
    const pool = yield* Pool.makeWithTTL({
      acquire: Effect.suspend(() => {
        opened += 1
        return opened === 2
          ? Effect.andThen(Deferred.await(refuse), Effect.fail("refused"))
          : Effect.succeed(`connection ${opened}`)
      }),
      min: 0,
      max: 3,
      concurrency: 2,
      timeToLive: "1 minute"
    })
    const first = yield* borrow(pool)
    const second = yield* borrow(pool)
    const third = yield* Effect.forkChild(Pool.use(pool, Effect.succeed), { startImmediately: true })
    yield* second.giveBack
    expect(yield* Fiber.join(third)).toBe("connection 1")
    yield* Deferred.succeed(refuse, undefined)
    yield* Effect.yieldNow
    const fourth = yield* borrow(pool)
    yield* Pool.invalidate(pool, first.connection)
    const waits = yield* Effect.forkChild(Pool.use(pool, Effect.succeed), { startImmediately: true })
    yield* first.giveBack
    yield* fourth.giveBack
    yield* Effect.forEach(Array.from({ length: 20 }), () => Effect.yieldNow)
    expect(waits.pollUnsafe()).toEqual(Exit.succeed("connection 3"))
  }))
