import { Cause, DateTime, Duration, Effect, Exit, Layer, Metric } from "effect"
import { ClusterCron } from "effect/cluster"
import { Expectations } from "../cluster/Expectations.ts"
import { announceSchedule, beginRun, endRun, skipRun } from "./ScheduleStore.ts"
import { cronOf, isTooLate, nextTime } from "./times.ts"

const runs = Metric.counter("schedule_runs", {
  description: "Runs of the platform's schedules, by outcome",
  incremental: true
})

/** Nothing is skipped by the engine: what comes too late is written down as skipped, here. */
const never = Duration.days(36_500)

/**
 * Runs an effect at the times of a cron expression, once each, on one pod, whatever their number.
 *
 * A run that a pod did not finish, because it was killed, is done again by another. The next run is planned when one ends, so
 * none overlaps. What became of the last one is in the database; see `ScheduleStates`. Health is degraded when a run is
 * missing for longer than the tolerance.
 */
const layer = <E, R>(options: {
  /** A storage key: with another name it is another schedule. */
  readonly name: string
  /** Six fields, seconds first, or five. */
  readonly cron: string
  /** IANA name of the time zone in which the expression is read. */
  readonly zone: string
  /** A run that comes later than this, because nobody was there at its time, is left out. */
  readonly skipIfOlderThan: Duration.Input
  /** By how much a run may be late before that is a problem; 2 minutes if not given. */
  readonly tolerance?: Duration.Input
  readonly run: Effect.Effect<unknown, E, R>
}) => {
  const { name, run, zone } = options
  const cron = cronOf(options.cron, zone)
  const limit = Duration.fromInputUnsafe(options.skipIfOlderThan)
  const tolerance = Duration.fromInputUnsafe(options.tolerance ?? "2 minutes")
  const next = Effect.map(DateTime.now, (now) => nextTime(cron, now))

  const count = (outcome: string) => Metric.update(Metric.withAttributes(runs, { name, outcome }), 1)

  /** The run counts, not its record: without the database the cluster would not have come so far. */
  const record = <A, F, S>(effect: Effect.Effect<A, F, S>) =>
    Effect.catchCause(
      effect,
      (cause) => Effect.as(Effect.logWarning("Could not write down a scheduled run", cause), undefined)
    )

  const execute = Effect.gen(function*() {
    const scheduledFor = yield* ClusterCron.CurrentScheduledTime
    const startedAt = yield* DateTime.now
    if (isTooLate(scheduledFor, startedAt, limit)) {
      yield* Effect.logWarning("A scheduled run came too late and is left out")
      yield* count("skipped")
      return yield* record(skipRun({ name, scheduledFor, nextAt: yield* next }))
    }
    const begun = yield* record(beginRun({ name, scheduledFor, startedAt, nextAt: yield* next }))
    if (begun === false) return
    const [duration, exit] = yield* Effect.timed(Effect.exit(run))
    if (Exit.isFailure(exit)) yield* Effect.logError("A scheduled run failed", exit.cause)
    yield* count(Exit.isSuccess(exit) ? "succeeded" : "failed")
    yield* record(endRun({
      name,
      endedAt: yield* DateTime.now,
      nextAt: yield* next,
      duration,
      error: Exit.isFailure(exit) ? Cause.pretty(exit.cause) : null
    }))
  }).pipe(Effect.annotateLogs({ schedule: name }))

  const announced = Effect.gen(function*() {
    const { expect } = yield* Expectations
    yield* expect("schedule", name)
    yield* Effect.orDie(announceSchedule({ name, cron: options.cron, zone, tolerance, nextAt: yield* next }))
  })

  return Layer.merge(
    Layer.effectDiscard(announced),
    ClusterCron.make({ name, cron, skipIfOlderThan: never, execute })
  ).pipe(Layer.provide(Expectations.layer))
}

export const Schedules = { layer }
