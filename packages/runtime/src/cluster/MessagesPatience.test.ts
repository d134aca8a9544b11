import { assert, layer } from "@effect/vitest"
import { Effect, Exit, Latch, Layer, Option, Schema } from "effect"
import { ClusterSchema, Entity } from "effect/cluster"
import { Rpc } from "effect/rpc"
import { Activity, DurableClock, DurableDeferred, Workflow } from "effect/workflow"
import { sagaStep } from "../workflow/sagaStep.ts"
import { eventually, pod } from "../workflow/testing.fixture.ts"
import { Network } from "./MessagesNetwork.fixture.ts"

/** `where` is what it does of the database while that is away. */
const Trip = Workflow.make("test/Trip", {
  payload: { id: Schema.String, where: Schema.Literals(["store", "read", "reply", "undo", "ring", "nowhere"]) },
  success: Schema.String,
  idempotencyKey: ({ id }) => id
})

const Told = DurableDeferred.make("test/Told")

/** Has requests without a key. */
const Bell = Entity.make("Bell", [Rpc.make("Ring", { payload: { id: Schema.String } })])
  .annotateRpcs(ClusterSchema.Persisted, true)

const gate = Latch.makeUnsafe(false)
const arrived = new Set<string>()
const done: Array<string> = []

const BellLive = Bell.toLayer({ Ring: ({ payload: { id } }) => Effect.sync(() => void done.push(`${id} rang`)) })

const TripLive = Trip.toLayer(Effect.fnUntraced(function*({ id, where }) {
  const bell = yield* Bell.client
  // What a run does after a wait is stored before it begins.
  yield* DurableClock.sleep({ name: "before", duration: "20 millis", inMemoryThreshold: 0 })
  const arrive = Effect.andThen(Effect.sync(() => void arrived.add(id)), gate.await)
  if (where === "undo") {
    yield* sagaStep({
      name: `reservation of ${id}`,
      execute: Effect.void,
      undo: () => Effect.sync(() => void done.push(`${id} undone`))
    })
    yield* arrive
    return yield* Effect.die("Refused")
  }
  if (where === "store" || where === "read") yield* arrive
  if (where === "read") yield* DurableDeferred.await(Told)
  return yield* Activity.make({
    name: `step of ${id}`,
    success: Schema.String,
    execute: Effect.gen(function*() {
      if (where === "reply") yield* arrive
      if (where === "ring") yield* Effect.orDie(bell(`bell of ${id}`).Ring({ id }))
      done.push(id)
      return id
    })
  })
}))

const Pod = pod(Layer.provideMerge(TripLive, BellLive))

const ended = (executionId: string) =>
  eventually(Trip.poll(executionId), (result) => Option.isSome(result) && result.value._tag === "Complete")

const times = (what: string) => done.filter((other) => other === what).length

layer(Layer.provideMerge(Pod, Network.layer), { excludeTestServices: true, timeout: "60 seconds" })(
  "a run",
  (it) => {
    it.effect("waits for a database that is away, to store, read, answer and undo; who starts one then is refused", () =>
      Effect.gen(function*() {
        const network = yield* Network
        const places = ["store", "read", "reply", "undo"] as const
        const runs = yield* Effect.forEach(places, (where) => Trip.execute({ id: where, where }, { discard: true }))
        yield* eventually(Effect.sync(() => arrived.size), (size) => size === places.length)
        yield* network.cut
        yield* gate.open
        // Longer than the engine tries itself.
        yield* Effect.sleep("3 seconds")
        const refused = yield* Effect.exit(Trip.execute({ id: "refused", where: "nowhere" }, { discard: true }))
        assert.isTrue(Exit.isFailure(refused))
        yield* network.mend
        const token = DurableDeferred.tokenFromExecutionId(Told, { workflow: Trip, executionId: runs[1]! })
        yield* DurableDeferred.succeed(Told, { token, value: undefined }).pipe(
          Effect.sandbox,
          Effect.retry({ times: 5 })
        )
        yield* Effect.forEach(runs, ended, { concurrency: "unbounded" })
        assert.strictEqual(times("undo undone"), 1)
        for (const where of ["store", "read", "reply"] as const) {
          assert.strictEqual(yield* Trip.execute({ id: where, where }), where)
          assert.strictEqual(times(where), 1)
        }
      }))

    it.effect("goes on when it loses the answer to what it stored, and does it once", () =>
      Effect.gen(function*() {
        const { loseAnswerTo } = yield* Network
        yield* loseAnswerTo("/activity/step of lost/1")
        assert.strictEqual(yield* Trip.execute({ id: "lost", where: "nowhere" }), "lost")
        assert.strictEqual(times("lost"), 1)
      }), 20_000)

    it.effect("goes on when that has no key", () =>
      Effect.gen(function*() {
        const { loseAnswerTo } = yield* Network
        yield* loseAnswerTo("bell of keyless")
        assert.strictEqual(yield* Trip.execute({ id: "keyless", where: "ring" }), "keyless")
        assert.strictEqual(times("keyless rang"), 1)
      }), 20_000)
  }
)
