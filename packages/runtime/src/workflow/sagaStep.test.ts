import { assert, describe, it, layer } from "@effect/vitest"
import { Effect, Exit, Layer, Option, Schema } from "effect"
import { SqlClient } from "effect/sql"
import { DurableDeferred, Workflow, WorkflowEngine } from "effect/workflow"
import { sagaStep } from "./sagaStep.ts"
import { sleep } from "./sleep.ts"
import { database, eventually, pod, whileWorking } from "./testing.fixture.ts"

class Failed extends Schema.TaggedError<Failed>()("Failed", { step: Schema.Int }) {}

const Book = Workflow.make("test/Book", {
  payload: {
    trip: Schema.String,
    steps: Schema.Int,
    failing: Schema.Int,
    how: Schema.Literals(["fail", "die", "body"])
  },
  success: Schema.Array(Schema.Int),
  error: Failed,
  idempotencyKey: ({ trip }) => trip
})

const Never = DurableDeferred.make("test/Never")

/** What was done and undone of each trip, on any pod. */
const done = new Map<string, Array<string>>()
const note = (trip: string, what: string) => Effect.sync(() => void done.set(trip, [...(done.get(trip) ?? []), what]))
const of = (trip: string, what: "do" | "undo") => (done.get(trip) ?? []).filter((noted) => noted.startsWith(`${what} `))

/** Steps 1 to `steps`, of which `failing` fails; with 0 none does, and the run waits for ever. */
const BookLive = Book.toLayer(Effect.fnUntraced(function*({ failing, how, steps, trip }) {
  const taken: Array<number> = []
  for (let step = 1; step <= steps; step++) {
    if (step === failing && how === "body") return yield* new Failed({ step })
    if (failing === 0) yield* sleep({ name: `before ${step}`, duration: "1 millis" })
    taken.push(
      yield* sagaStep({
        name: `step ${step}`,
        success: Schema.Int,
        error: Failed,
        execute: step !== failing
          ? Effect.as(note(trip, `do ${step}`), step)
          : how === "die"
          ? Effect.die(new Error("Broken"))
          : Effect.fail(new Failed({ step })),
        undo: (value) =>
          Effect.gen(function*() {
            yield* note(trip, `undo ${value}`)
            if (value === 3) return yield* Effect.die(new Error("Cannot be undone"))
          })
      })
    )
  }
  if (failing === 0) yield* DurableDeferred.await(Never)
  return taken
}))

const downFrom = (step: number) => Array.from({ length: step }, (_, index) => `undo ${step - index}`)
const upTo = (step: number) => Array.from({ length: step }, (_, index) => `do ${index + 1}`)

const Saga = Schema.Struct({
  steps: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 6 })),
  failing: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 7 })),
  how: Schema.Literals(["fail", "die", "body"])
})

describe("a saga", () => {
  let trips = 0
  const Engine = BookLive.pipe(Layer.provideMerge(WorkflowEngine.layerMemory))

  it.effect.prop(
    "undoes the steps before the one that failed, in reverse, once each",
    [Saga],
    ([saga]) =>
      Effect.gen(function*() {
        const trip = `trip ${trips++}`
        const exit = yield* Effect.exit(Book.execute({ trip, ...saga }))
        const fails = saga.failing <= saga.steps
        assert.strictEqual(Exit.isFailure(exit), fails)
        assert.deepStrictEqual(of(trip, "do"), upTo(fails ? saga.failing - 1 : saga.steps))
        assert.deepStrictEqual(of(trip, "undo"), fails ? downFrom(saga.failing - 1) : [])
      }).pipe(whileWorking(Engine))
  )
})

const thePod = pod(BookLive)

const ended = (id: string) =>
  eventually(Book.poll(id), (result) => Option.isSome(result) && result.value._tag === "Complete")

layer(database, { excludeTestServices: true, timeout: "60 seconds" })("a saga on a database", (it) => {
  it.effect("goes on undoing after a crash at any place of it, and repeats at most what was not recorded", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      for (const recorded of [0, 1, 2, 3]) {
        const trip = `crashed after ${recorded}`
        const payload = { trip, steps: 6, failing: 5, how: "die" } as const
        const id = yield* whileWorking(thePod)(Effect.tap(Book.execute(payload, { discard: true }), ended))
        done.delete(trip)
        // The tables as they were when `recorded` of the four were undone.
        yield* sql`
          WITH lost AS (
            SELECT id FROM cluster_messages WHERE entity_id = ${id} AND payload LIKE '%/undo"%' ORDER BY id OFFSET ${recorded}
          ), replies AS (
            DELETE FROM cluster_replies WHERE request_id IN (SELECT id FROM lost)
              OR request_id IN (SELECT id FROM cluster_messages WHERE entity_id = ${id} AND tag = 'run')
          ), run AS (
            UPDATE cluster_messages SET processed = false, last_reply_id = NULL, last_read = NULL
            WHERE entity_id = ${id} AND tag = 'run'
          )
          DELETE FROM cluster_messages WHERE id IN (SELECT id FROM lost)`
        const exit = yield* whileWorking(thePod)(Effect.exit(Book.execute(payload)))
        assert.isTrue(Exit.isFailure(exit))
        assert.deepStrictEqual(of(trip, "do"), [])
        assert.deepStrictEqual(of(trip, "undo"), downFrom(4 - recorded))
      }
    }))

  it.effect("undoes all when it is cancelled, also what was done after a sleep", () =>
    whileWorking(thePod)(Effect.gen(function*() {
      const id = yield* Book.execute({ trip: "cancelled", steps: 4, failing: 0, how: "fail" }, { discard: true })
      yield* eventually(Book.poll(id), Option.isSome)
      yield* Book.interrupt(id)
      yield* ended(id)
      assert.deepStrictEqual(of("cancelled", "undo"), downFrom(4))
    })))
})
