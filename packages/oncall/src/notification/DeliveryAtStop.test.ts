import { assert, layer } from "@effect/vitest"
import { runWithClock } from "@innkeeper/testkit"
import { Effect, Exit, Fiber, Latch, Layer, Queue, Scope } from "effect"
import { looking, makeScene, pagingWith, pass, servicesLayer, trigger } from "../testing.fixture.ts"
import { Channels } from "./Channels.ts"

/** A server whose provider tells of each page and takes it while the gate is open. */
const startServer = Effect.fnUntraced(function*(given: Queue.Queue<string>, gate: Latch.Latch) {
  const channels = Layer.succeed(
    Channels,
    Channels.of({ send: () => Queue.offer(given, "page").pipe(Effect.andThen(gate.await), Effect.as("taken")) })
  )
  const scope = yield* Scope.make()
  yield* Layer.buildWithScope(Layer.fresh(pagingWith(channels)), scope)
  return scope
})

layer(servicesLayer)("A page that a provider is just taking", (it) => {
  it.effect("is recorded when the server stops, and not sent again", () =>
    Effect.gen(function*() {
      const given = yield* Queue.unbounded<string>()
      const gate = yield* Latch.make(false)
      const scene = yield* makeScene("stopped")
      const { pages } = looking(scene, yield* trigger(scene))

      const first = yield* startServer(given, gate)
      yield* runWithClock(Queue.take(given), "10 millis")
      const stopping = yield* Effect.forkChild(Scope.close(first, Exit.void))
      // The cluster gives entities a second before it interrupts them.
      yield* pass("3 seconds", "10 millis")
      assert.isUndefined(stopping.pollUnsafe())
      yield* gate.open
      yield* runWithClock(Fiber.join(stopping), "10 millis")

      const second = yield* startServer(given, gate)
      yield* pass("3 seconds", "10 millis")
      const [page] = yield* pages
      assert.deepStrictEqual([page?.status, page?.attempts.length], ["sent", 1])
      assert.strictEqual(yield* Queue.size(given), 0)
      yield* runWithClock(Scope.close(second, Exit.void), "100 millis")
    }))
})
