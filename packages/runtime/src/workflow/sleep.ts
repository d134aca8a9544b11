import { Clock, Duration, Effect, Option, Schema } from "effect"
import { Activity, DurableClock, DurableDeferred, Workflow, WorkflowEngine } from "effect/workflow"

/** Up to here a run waits in the memory of its pod; a longer one is put away and costs a few messages to wake. */
const inMemory = Duration.minutes(5)

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
  if (end <= (yield* Clock.currentTimeMillis)) return
  // A run hears in its sleep what it says that it awaits, and begins anew: it says so of its interruption, and obeys it here.
  const instance = yield* WorkflowEngine.WorkflowInstance
  instance.awaitedDeferreds.set(InterruptSignal.name, 1)
  const { deferredResult } = yield* WorkflowEngine.WorkflowEngine
  if (Option.isSome(yield* deferredResult(InterruptSignal))) return yield* Workflow.suspend(instance)
  yield* Effect.sleep(Math.max(0, end - (yield* Clock.currentTimeMillis)))
})
