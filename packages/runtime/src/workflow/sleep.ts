import { Clock, Context, Duration, Effect, Option, Schema, Semaphore } from "effect"
import { Activity, DurableClock, DurableDeferred, Workflow, WorkflowEngine } from "effect/workflow"

/** Up to here a run waits in the memory of its pod; a longer one is put away and costs a few messages to wake. */
const inMemory = Duration.minutes(5)

/** For the runs that may wait in the memory of a pod at once; more are put away, for it can hold so many entities only. */
export const RoomForSleepers = Context.Reference<Semaphore.Semaphore>("runtime/RoomForSleepers", {
  defaultValue: () => Semaphore.makeUnsafe(4000)
})

/** By which the engine tells a run that somebody interrupted it. */
const InterruptSignal = DurableDeferred.make("Workflow/InterruptSignal")

/**
 * Sleeps inside a workflow until `duration` after the first time that the run came here, also when its pod dies meanwhile:
 * the end is on record, and whoever takes the run over sleeps the rest.
 *
 * `name` is a storage key, once per workflow. A wait that something from outside may end, such as an answer, is a race of
 * `DurableClock.sleep` with `inMemoryThreshold: 0` instead: a run that waits in memory hears of its interruption alone.
 */
export const sleep = Effect.fnUntraced(function*(options: {
  readonly name: string
  readonly duration: Duration.Input
}) {
  const { name } = options
  const duration = Duration.fromInputUnsafe(options.duration)
  if (Duration.isGreaterThan(duration, inMemory)) {
    return yield* DurableClock.sleep({ name, duration, inMemoryThreshold: 0 })
  }
  const now = yield* Clock.currentTimeMillis
  const end = yield* Activity.make({
    name: `sleep/${name}`,
    success: Schema.Finite,
    execute: Effect.succeed(now + Duration.toMillis(duration))
  })
  // One that is over is passed also by a run that was cancelled: what was done after it has to be found again to be undone.
  const left = end - (yield* Clock.currentTimeMillis)
  if (left <= 0) return
  const room = yield* RoomForSleepers
  const slept = yield* room.withPermitsIfAvailable(1)(waitUntil(end))
  if (Option.isNone(slept)) yield* DurableClock.sleep({ name, duration: left, inMemoryThreshold: 0 })
})

/** Waits in memory until a moment, in milliseconds since 1970. */
const waitUntil = Effect.fnUntraced(function*(end: number) {
  // A run hears in its sleep what it says that it awaits, and begins anew: it says so of its interruption, and obeys it here.
  const instance = yield* WorkflowEngine.WorkflowInstance
  instance.awaitedDeferreds.set(InterruptSignal.name, 1)
  const { deferredResult } = yield* WorkflowEngine.WorkflowEngine
  if (Option.isSome(yield* deferredResult(InterruptSignal))) return yield* Workflow.suspend(instance)
  yield* Effect.sleep(Math.max(0, end - (yield* Clock.currentTimeMillis)))
})
