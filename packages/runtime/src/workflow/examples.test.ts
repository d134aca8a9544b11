import { assert, it, layer } from "@effect/vitest"
import { asTenant, OwnerSql } from "@innkeeper/database"
import { makeTenant } from "@innkeeper/testkit"
import { Effect, Layer, Option } from "effect"
import { readFileSync } from "node:fs"
import { Outbox } from "../event/Outbox.ts"
import { asked, Declined, Line, Order, OrderLive, readProgress, sendEvent, sendLine } from "./examples.fixture.ts"
import { StateMachines } from "./StateMachines.ts"
import { database, eventually, pod, whileWorking } from "./testing.fixture.ts"

/** Lines without their indentation. */
const plain = (text: string) => text.split("\n").map((line) => line.trim()).join("\n")

it("docs/workflows.md shows what is checked and run here", () => {
  const document = readFileSync(new URL("../../../../docs/workflows.md", import.meta.url), "utf8")
  const code = plain(readFileSync(new URL("examples.fixture.ts", import.meta.url), "utf8"))
  const examples = [...document.matchAll(/```ts\n(.*?)```/gs)].flatMap(([, text]) => plain(text!).trim().split("\n\n"))
  assert.isAtLeast(examples.length, 10)
  for (const example of examples) assert.include(code, example)
})

const start = Effect.fnUntraced(function*(slug: string) {
  const tenantId = yield* makeTenant(slug)
  const orderId = `order of ${slug}`
  const executionId = yield* Order.execute({ tenantId, orderId }, { discard: true })
  return { executionId, orderId, result: Order.execute({ tenantId, orderId }) }
})

const Live = Layer.mergeAll(StateMachines.layer, Outbox.layer).pipe(Layer.provideMerge(database))

layer(Live, { excludeTestServices: true, timeout: "60 seconds" })("the examples of docs/workflows.md", (it) => {
  it.effect("take lines once each and tell how far they are", () =>
    Effect.gen(function*() {
      const { executionId, orderId, result } = yield* start("filled")
      yield* sendLine(executionId, "request 1")
      yield* sendLine(executionId, "request 1")
      assert.deepStrictEqual(yield* eventually(readProgress(executionId), Option.isSome), Option.some({ percent: 50 }))
      yield* Line.send({ workflow: Order, executionId }, { article: "end", count: 0 })
      assert.deepStrictEqual(yield* result, { price: 100, lines: 1 })
      assert.deepStrictEqual(
        asked.filter((what) => what.endsWith(orderId)),
        [`price of ${orderId}`, `reserve ${orderId}`]
      )
    }).pipe(whileWorking(pod(OrderLive))))

  it.effect("undo what they did when they fail", () =>
    Effect.gen(function*() {
      const { executionId, orderId, result } = yield* start("empty")
      yield* Line.send({ workflow: Order, executionId }, { article: "end", count: 0 })
      assert.deepStrictEqual(yield* Effect.flip(result), new Declined({ reason: "Nothing was ordered" }))
      assert.include(asked, `release reservation of ${orderId}`)
    }).pipe(whileWorking(pod(OrderLive))))

  it.effect("take an event once and tell of it in the same transaction", () =>
    Effect.gen(function*() {
      const owner = yield* OwnerSql
      const acme = asTenant(yield* makeTenant("machine"))
      for (let times = 0; times < 2; times++) {
        assert.deepStrictEqual(yield* acme(sendEvent("7", "request 1")), { _tag: "Cart", items: 2 })
      }
      const told = yield* owner`SELECT payload FROM outbox_event WHERE type = 'order.changed'`
      assert.deepStrictEqual(told, [{ payload: { items: 2 } }])
    }))
})
