import { assert, layer } from "@effect/vitest"
import { Duration, Effect, Fiber, Option, Schema } from "effect"
import { DurableClock, DurableDeferred, Workflow } from "effect/workflow"
import { signal } from "./Signal.ts"
import { database, eventually, pod, whileWorking } from "./testing.fixture.ts"

const Line = signal("test/line", Schema.Struct({ article: Schema.String, count: Schema.Int }))

/** Takes lines until one of count 0, or until none came for a while. */
const Cart = Workflow.make("test/Cart", {
  payload: { id: Schema.String, patience: Schema.DurationFromMillis },
  success: Schema.Array(Schema.String),
  idempotencyKey: ({ id }) => id
})

const CartLive = Cart.toLayer(Effect.fnUntraced(function*({ patience }) {
  const articles: Array<string> = []
  for (let number = 1;; number++) {
    const line = yield* DurableDeferred.raceAll({
      name: `line/${number}`,
      success: Schema.NullOr(Schema.Struct({ article: Schema.String, count: Schema.Int })),
      error: Schema.Never,
      effects: [
        Line.receive(number),
        Effect.as(DurableClock.sleep({ name: `patience/${number}`, duration: patience, inMemoryThreshold: 0 }), null)
      ]
    })
    if (line === null || line.count === 0) return articles
    articles.push(line.article)
  }
}))

const thePod = pod(CartLive)

const last = { article: "end", count: 0 }

const start = (id: string, patience: Duration.Input = "1 hour") =>
  Effect.map(
    Cart.execute({ id, patience: Duration.fromInputUnsafe(patience) }, { discard: true }),
    (executionId) => ({ workflow: Cart, executionId })
  )

layer(database, { excludeTestServices: true, timeout: "60 seconds" })("signals", (it) => {
  it.effect("reach a run in the order in which they were sent, over stops and starts", () =>
    Effect.gen(function*() {
      const cart = yield* whileWorking(thePod)(Effect.gen(function*() {
        const cart = yield* start("kept")
        assert.strictEqual(yield* Line.send(cart, { article: "one", count: 1 }), 1)
        yield* eventually(Cart.poll(cart.executionId), Option.isSome)
        assert.strictEqual(yield* Line.send(cart, { article: "two", count: 1 }), 2)
        return cart
      }))
      yield* whileWorking(thePod)(Effect.gen(function*() {
        assert.strictEqual(yield* Line.send(cart, { article: "three", count: 1 }), 3)
        yield* Line.send(cart, last)
        assert.deepStrictEqual(
          yield* Cart.execute({ id: "kept", patience: Duration.hours(1) }),
          ["one", "two", "three"]
        )
      }))
    }))

  it.effect("are all received once when many send at the same time, and once for each id", () =>
    whileWorking(thePod)(Effect.gen(function*() {
      const cart = yield* start("crowd")
      const articles = Array.from({ length: 12 }, (_, number) => `article ${number}`)
      const places = yield* Effect.forEach(
        [...articles, ...articles],
        (article) => Line.send(cart, { article, count: 1 }, { id: article }),
        { concurrency: 8 }
      )
      assert.deepStrictEqual(places.slice(12), places.slice(0, 12))
      yield* Line.send(cart, last)
      const received = yield* Cart.execute({ id: "crowd", patience: Duration.hours(1) })
      assert.deepStrictEqual([...received].sort(), [...articles].sort())
    })))

  it.effect("are waited for no longer than the timer says", () =>
    whileWorking(thePod)(Effect.gen(function*() {
      const waiting = yield* Effect.forkChild(Cart.execute({ id: "impatient", patience: Duration.millis(300) }))
      yield* Line.send(yield* start("impatient", "300 millis"), { article: "one", count: 1 })
      assert.deepStrictEqual(yield* Fiber.join(waiting), ["one"])
    })))
})
