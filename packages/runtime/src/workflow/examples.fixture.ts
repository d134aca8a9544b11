import { TenantId } from "@innkeeper/config"
import { Effect, Schema } from "effect"
import { Activity, DurableClock, DurableDeferred, Workflow } from "effect/workflow"
import { Outbox } from "../event/Outbox.ts"
import { firstVersion, versionedWorkflow } from "./PayloadVersions.ts"
import { runState } from "./RunState.ts"
import { sagaStep } from "./sagaStep.ts"
import { signal } from "./Signal.ts"
import { stateMachine } from "./StateMachine.ts"
import { StateMachines } from "./StateMachines.ts"

// What `docs/workflows.md` shows: its examples are parts of this file, which a test compares and runs.

export class Declined extends Schema.TaggedError<Declined>()("Declined", { reason: Schema.String }) {}

/** What the outside was asked to do, by any pod. */
export const asked: Array<string> = []
const ask = (what: string) => Effect.sync(() => asked.push(what))

const priceOf = (orderId: string) => Effect.as(ask(`price of ${orderId}`), 100)
const reserve = (orderId: string) => Effect.as(ask(`reserve ${orderId}`), `reservation of ${orderId}`)
const release = (reservation: string) => Effect.asVoid(ask(`release ${reservation}`))

const ReservationId = Schema.String
const Receipt = Schema.Struct({ price: Schema.Int, lines: Schema.Int })

const LineValue = Schema.Struct({ article: Schema.String, count: Schema.Int })

export const Line = signal("shop/line", LineValue)

export const Progress = runState("progress", Schema.Struct({ percent: Schema.Int }))

export class Order extends Workflow.make("shop/Order", {
  payload: { tenantId: TenantId, orderId: Schema.String },
  success: Receipt,
  error: Declined,
  idempotencyKey: ({ orderId, tenantId }) => `${tenantId}/${orderId}`
}) {}

export const OrderLive = Order.toLayer(Effect.fnUntraced(function*({ orderId }) {
  const price = yield* Activity.make({ name: "price", success: Schema.Int, execute: priceOf(orderId) })
  const lines = yield* fill(orderId)
  if (lines === 0) return yield* new Declined({ reason: "Nothing was ordered" })
  return { price, lines }
}))

/** Takes lines until nobody sends one for an hour, or one of nothing comes. */
const fill = Effect.fnUntraced(function*(orderId: string) {
  yield* sagaStep({
    name: "reserve",
    success: ReservationId,
    execute: reserve(orderId),
    undo: (reservation) => release(reservation)
  })

  for (let number = 1;; number++) {
    const line = yield* DurableDeferred.raceAll({
      name: `line/${number}`,
      success: Schema.NullOr(LineValue),
      error: Schema.Never,
      effects: [
        Line.receive(number),
        Effect.as(DurableClock.sleep({ name: `patience/${number}`, duration: "1 hour", inMemoryThreshold: 0 }), null)
      ]
    })
    if (line === null || line.count === 0) return number - 1

    // In the body. The step's name is a storage key.
    yield* Progress.publish(`line ${number}`, { percent: 50 })
  }
})

export const sendLine = Effect.fnUntraced(function*(executionId: string, requestId: string) {
  yield* Line.send({ workflow: Order, executionId }, { article: "ink", count: 2 }, { id: requestId })
})

export const readProgress = Effect.fnUntraced(function*(executionId: string) {
  // Anywhere. The run sleeps on.
  const progress = yield* Progress.read(Order, executionId)
  return progress
})

export const versioned = () => {
  const Price = Schema.Struct({ cents: Schema.Int, currency: Schema.String })

  const payload = firstVersion({ orderId: Schema.String, amount: Schema.Int })
    .next(
      { orderId: Schema.String, price: Price },
      ({ amount, orderId }) => ({ orderId, price: { cents: amount * 100, currency: "EUR" } })
    )

  const Order = versionedWorkflow("shop/Order", { payload, success: Receipt, idempotencyKey: ({ orderId }) => orderId })

  return Order
}

export const sendEvent = Effect.fnUntraced(function*(orderId: string, requestId: string) {
  const outbox = yield* Outbox

  const Order = stateMachine({
    name: "shop/Order",
    state: Schema.Union([
      Schema.TaggedStruct("Cart", { items: Schema.Int }),
      Schema.TaggedStruct("Ordered", { items: Schema.Int })
    ]),
    event: Schema.Union([Schema.TaggedStruct("Add", { count: Schema.Int }), Schema.TaggedStruct("Order", {})]),
    initial: { _tag: "Cart", items: 0 },
    transitions: {
      Cart: {
        Add: ({ items }, { count }) => ({ _tag: "Cart", items: items + count }),
        Order: ({ items }) => ({ _tag: "Ordered", items })
      },
      Ordered: {}
    }
  })

  const machines = yield* StateMachines
  const state = yield* machines.send(Order, orderId, { _tag: "Add", count: 2 }, {
    key: requestId,
    during: ({ to }) => outbox.publishAll([{ type: "order.changed", subject: orderId, payload: { items: to.items } }])
  })

  return state
})
