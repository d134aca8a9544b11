import { withPlatform } from "@innkeeper/database"
import { DateTime, Effect, Layer, Metric, Schedule } from "effect"
import { Expectations } from "../cluster/Expectations.ts"
import { lastBeats } from "../cluster/SingletonStore.ts"
import { unresolvedLetters } from "../event/DeadLetterStore.ts"
import { findSchedules } from "../schedule/ScheduleStore.ts"
import { survive } from "../survive.ts"

const lastBeat = Metric.gauge("singleton_last_beat_timestamp_seconds", {
  description: "When some pod last ran a singleton, in seconds of Unix time; the same on every pod"
})
const lastSuccess = Metric.gauge("schedule_last_success_timestamp_seconds", {
  description: "When a schedule last ran without failing, in seconds of Unix time; the same on every pod"
})
const deadLetters = Metric.gauge("dead_letters", {
  description: "Events that a consumer could not handle and nobody has dealt with; the same on every pod"
})

const measure = Effect.gen(function*() {
  const now = yield* DateTime.now
  const seconds = DateTime.toEpochMillis(now) / 1000
  const { expected } = yield* Expectations
  const [ofSingletons, ofSchedules] = [
    new Set((yield* expected("singleton")).map(({ name }) => name)),
    new Set((yield* expected("schedule")).map(({ name }) => name))
  ]
  for (const { name, secondsAgo } of yield* lastBeats) {
    if (ofSingletons.has(name)) {
      yield* Metric.update(Metric.withAttributes(lastBeat, { name }), seconds - secondsAgo)
    }
  }
  for (const { lastSuccessAt, name } of yield* findSchedules(now)) {
    if (ofSchedules.has(name) && lastSuccessAt !== null) {
      yield* Metric.update(Metric.withAttributes(lastSuccess, { name }), DateTime.toEpochMillis(lastSuccessAt) / 1000)
    }
  }
  for (const { consumer, count } of yield* withPlatform("dead letters")(unresolvedLetters)) {
    yield* Metric.update(Metric.withAttributes(deadLetters, { consumer }), count)
  }
})

/**
 * What the cluster last did, read from the database every 15 s, so that a pod that has just begun tells it, too: when
 * singletons and schedules of this process were last run, wherever that was, and the dead letters that wait for somebody.
 */
export const clusterMetricsLayer = Layer.effectDiscard(
  measure.pipe(
    survive("Could not read what the cluster last did"),
    Effect.repeat(Schedule.spaced("15 seconds")),
    Effect.forkScoped
  )
).pipe(Layer.provide(Expectations.layer))
