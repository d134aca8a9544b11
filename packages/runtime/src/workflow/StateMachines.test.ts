import { assert, layer } from "@effect/vitest"
import { asTenant } from "@innkeeper/database"
import { makeTenant } from "@innkeeper/testkit"
import { Effect, Layer, Schema } from "effect"
import { IllegalTransition, stateMachine } from "./StateMachine.ts"
import { StateMachines } from "./StateMachines.ts"
import { database } from "./testing.fixture.ts"

const State = Schema.Union([
  Schema.TaggedStruct("Cart", { items: Schema.Int }),
  Schema.TaggedStruct("Ordered", { items: Schema.Int, at: Schema.DateTimeUtcFromString }),
  Schema.TaggedStruct("Cancelled", { why: Schema.String })
])
const Event = Schema.Union([
  Schema.TaggedStruct("Add", { count: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 9 })) }),
  Schema.TaggedStruct("Order", { at: Schema.DateTimeUtcFromString }),
  Schema.TaggedStruct("Cancel", { why: Schema.String })
])

const Order = stateMachine({
  name: "test/Order",
  state: State,
  event: Event,
  initial: { _tag: "Cart", items: 0 },
  transitions: {
    Cart: {
      Add: ({ items }, { count }) => ({ _tag: "Cart", items: items + count }),
      Order: ({ items }, { at }) => ({ _tag: "Ordered", items, at }),
      Cancel: (_, { why }) => ({ _tag: "Cancelled", why })
    },
    Ordered: { Cancel: (_, { why }) => ({ _tag: "Cancelled", why }) },
    Cancelled: {}
  }
})

const add = (count: number): typeof Event.Type => ({ _tag: "Add", count })
const cancel: typeof Event.Type = { _tag: "Cancel", why: "too dear" }

const Live = Layer.provideMerge(StateMachines.layer, database)

layer(Live, { timeout: "60 seconds" })("state machines", (it) => {
  let ids = 0

  it.effect.prop(
    "keep what the events lead to, and nothing of those that are not allowed",
    [Schema.Array(Event)],
    ([events]) =>
      Effect.gen(function*() {
        const machines = yield* StateMachines
        const acme = asTenant(yield* makeTenant(`machines-${ids++}`))
        let expected: typeof State.Type = Order.initial
        for (const event of events) {
          const [told, pure] = [
            yield* Effect.result(acme(machines.send(Order, "one", event))),
            yield* Effect.result(Order.next(expected, event))
          ]
          assert.deepStrictEqual(told, pure)
          if (pure._tag === "Success") expected = pure.success
        }
        // A service of its own is what another process would have.
        const elsewhere = yield* Layer.build(Layer.fresh(StateMachines.layer))
        const kept = yield* acme(
          Effect.provideContext(Effect.flatMap(StateMachines, ({ get }) => get(Order, "one")), elsewhere)
        )
        assert.deepStrictEqual(kept, expected)
      }),
    { arbitrary: { runs: 30 } }
  )

  it.effect("say which event was not allowed in which state", () =>
    Effect.gen(function*() {
      const machines = yield* StateMachines
      const acme = asTenant(yield* makeTenant("machines-illegal"))
      yield* acme(machines.send(Order, "one", cancel))
      const error = yield* Effect.flip(acme(machines.send(Order, "one", add(1))))
      assert.deepStrictEqual(error, new IllegalTransition({ machine: "test/Order", state: "Cancelled", event: "Add" }))
      assert.strictEqual(error.message, "test/Order: Add is not allowed in the state Cancelled")
    }))

  it.effect("take events that come at the same time one after the other, and each key once", () =>
    Effect.gen(function*() {
      const machines = yield* StateMachines
      const acme = asTenant(yield* makeTenant("machines-crowd"))
      const keys = Array.from({ length: 10 }, (_, number) => `event ${number}`)
      yield* Effect.forEach(
        [...keys, ...keys],
        (key) => acme(machines.send(Order, "one", add(1), { key })),
        { concurrency: "unbounded" }
      )
      assert.deepStrictEqual(yield* acme(machines.get(Order, "one")), { _tag: "Cart", items: 10 })
    }))

  it.effect("undo a transition when what belongs to it fails", () =>
    Effect.gen(function*() {
      const machines = yield* StateMachines
      const acme = asTenant(yield* makeTenant("machines-undone"))
      const told: Array<number> = []
      const during = ({ version }: { readonly version: number }) =>
        version === 2 ? Effect.fail("no luck") : Effect.sync(() => void told.push(version))
      yield* acme(machines.send(Order, "one", add(1), { during }))
      assert.strictEqual(yield* Effect.flip(acme(machines.send(Order, "one", add(1), { during }))), "no luck")
      assert.deepStrictEqual(yield* acme(machines.get(Order, "one")), { _tag: "Cart", items: 1 })
      assert.deepStrictEqual(told, [1])
    }))

  it.effect("are a tenant's own", () =>
    Effect.gen(function*() {
      const machines = yield* StateMachines
      const acme = asTenant(yield* makeTenant("machines-acme"))
      const globex = asTenant(yield* makeTenant("machines-globex"))
      yield* acme(machines.send(Order, "one", add(5)))
      assert.deepStrictEqual(yield* globex(machines.get(Order, "one")), Order.initial)
    }))
})
