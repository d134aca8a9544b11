import { assert, layer } from "@effect/vitest"
import { Effect, Layer, Option, Schema } from "effect"
import { Activity, DurableDeferred, Workflow } from "effect/workflow"
import { ChildCancelled, runChild } from "./runChild.ts"
import { sagaStep } from "./sagaStep.ts"
import { database, eventually, pod, whileWorking } from "./testing.fixture.ts"

const Answer = DurableDeferred.make("test/Answer", { success: Schema.Int })

class Declined extends Schema.TaggedError<Declined>()("Declined", {}) {}

/** One quote of a supplier; the same for everybody who asks for it. */
const Quote = Workflow.make("test/Quote", {
  payload: { article: Schema.String },
  success: Schema.Int,
  error: Declined,
  idempotencyKey: ({ article }) => article
})

const Offer = Workflow.make("test/Offer", {
  payload: { id: Schema.String, articles: Schema.Array(Schema.String) },
  success: Schema.Int,
  error: Schema.Union([Declined, ChildCancelled]),
  idempotencyKey: ({ id }) => id
})

const ran: Array<string> = []
const note = (what: string) => Effect.sync(() => void ran.push(what))

const thePod = pod(Layer.mergeAll(
  Quote.toLayer(Effect.fnUntraced(function*({ article }) {
    yield* Activity.make({ name: "ask", execute: note(`ask for ${article}`) })
    const cents = yield* DurableDeferred.await(Answer)
    return cents < 0 ? yield* new Declined() : cents
  })),
  Offer.toLayer(Effect.fnUntraced(function*({ articles, id }) {
    yield* sagaStep({ name: "reserve", execute: note(`reserve ${id}`), undo: () => note(`release ${id}`) })
    const quotes = yield* Effect.forEach(articles, (article) => runChild(Quote, { article }), {
      concurrency: "unbounded"
    })
    return quotes.reduce((sum, cents) => sum + cents, 0)
  }))
))

const answer = Effect.fnUntraced(function*(article: string, cents: number) {
  const executionId = yield* Quote.executionId({ article })
  yield* eventually(Quote.poll(executionId), Option.isSome)
  yield* DurableDeferred.succeed(Answer, {
    token: DurableDeferred.tokenFromExecutionId(Answer, { workflow: Quote, executionId }),
    value: cents
  })
})

const ended = (id: string) =>
  Effect.flatMap(
    eventually(Offer.poll(id), (result) => Option.isSome(result) && result.value._tag === "Complete"),
    (result) => Option.isSome(result) && result.value._tag === "Complete" ? result.value.exit : Effect.die("not ended")
  )

layer(database, { excludeTestServices: true, timeout: "60 seconds" })("children", (it) => {
  it.effect("are waited for over a restart, and one that several ask for runs once", () =>
    Effect.gen(function*() {
      const ids = yield* whileWorking(thePod)(Effect.gen(function*() {
        const first = yield* Offer.execute({ id: "first", articles: ["ink", "pen"] }, { discard: true })
        yield* answer("ink", 300)
        const second = yield* Offer.execute({ id: "second", articles: ["pen"] }, { discard: true })
        yield* eventually(Offer.poll(second), Option.isSome)
        return [first, second] as const
      }))
      yield* whileWorking(thePod)(Effect.gen(function*() {
        yield* answer("pen", 20)
        assert.deepStrictEqual(yield* Offer.execute({ id: "first", articles: ["ink", "pen"] }), 320)
        assert.deepStrictEqual(yield* ended(ids[0]), 320)
      }))
      assert.deepStrictEqual(ran.filter((what) => what.startsWith("ask")).sort(), ["ask for ink", "ask for pen"])
      assert.notInclude(ran, "release first")
    }))

  it.effect("that fail make their parent fail, which undoes what it did", () =>
    whileWorking(thePod)(Effect.gen(function*() {
      const id = yield* Offer.execute({ id: "declined", articles: ["gold"] }, { discard: true })
      yield* answer("gold", -1)
      assert.deepStrictEqual(yield* Effect.flip(ended(id)), new Declined())
      assert.include(ran, "release declined")
    })))

  it.effect("that are cancelled end their parent, too", () =>
    whileWorking(thePod)(Effect.gen(function*() {
      const id = yield* Offer.execute({ id: "child cancelled", articles: ["lead", "iron"] }, { discard: true })
      const child = yield* Quote.executionId({ article: "lead" })
      yield* eventually(Quote.poll(child), Option.isSome)
      yield* eventually(Offer.poll(id), Option.isSome)
      yield* Quote.interrupt(child)
      const error = yield* Effect.flip(ended(id))
      assert.deepStrictEqual(error, new ChildCancelled({ workflow: "test/Quote" }))
      assert.include(ran, "release child cancelled")
    })))

  it.effect("are cancelled with their parent", () =>
    whileWorking(thePod)(Effect.gen(function*() {
      const id = yield* Offer.execute({ id: "cancelled", articles: ["zinc"] }, { discard: true })
      const child = yield* Quote.executionId({ article: "zinc" })
      yield* eventually(Quote.poll(child), Option.isSome)
      yield* eventually(Offer.poll(id), Option.isSome)
      yield* Offer.interrupt(id)
      yield* Effect.exit(ended(id))
      yield* eventually(Quote.poll(child), (result) => Option.isSome(result) && result.value._tag === "Complete")
      assert.include(ran, "release cancelled")
    })))
})
