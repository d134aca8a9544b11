import { DateTime, Duration, Effect, Layer } from "effect"
import { type Expectation, Expectations } from "../cluster/Expectations.ts"
import { lastBeats } from "../cluster/SingletonStore.ts"
import { findSchedules } from "../schedule/ScheduleStore.ts"
import { Health, Unhealthy } from "./Health.ts"

/** So long a process waits for the others, or for itself, to begin, and so long a singleton may be silent as it moves. */
const grace = Duration.seconds(60)

/** Those that this process has relied on for longer than the grace. */
const established = (expected: ReadonlyArray<Expectation>, now: DateTime.Utc) =>
  expected.filter(({ since }) => Duration.isGreaterThan(DateTime.distance(since, now), grace))

const unreadable = () => new Unhealthy({ reason: "cannot be read" })

const singletons = Health.check({
  name: "singletons",
  required: false,
  check: Effect.gen(function*() {
    const { expected } = yield* Expectations
    const beats = new Map((yield* lastBeats).map(({ name, secondsAgo }) => [name, secondsAgo]))
    const silent = established(yield* expected("singleton"), yield* DateTime.now)
      .filter(({ name }) => (beats.get(name) ?? Infinity) > Duration.toSeconds(grace))
    if (silent.length > 0) {
      return yield* new Unhealthy({ reason: `nobody runs ${silent.map(({ name }) => name).join(", ")}` })
    }
  }).pipe(Effect.catchTag("SqlError", unreadable))
})

const schedules = Health.check({
  name: "schedules",
  required: false,
  check: Effect.gen(function*() {
    const now = yield* DateTime.now
    const names = new Set(established(yield* (yield* Expectations).expected("schedule"), now).map(({ name }) => name))
    const missed = (yield* findSchedules(now)).filter(({ late, name }) => late && names.has(name))
    if (missed.length > 0) {
      const which = missed.map(({ name, nextRunAt }) =>
        `${name} ${DateTime.isGreaterThan(nextRunAt, now) ? "waits for" : "did not run at"} ${
          DateTime.formatIso(nextRunAt)
        }`
      )
      return yield* new Unhealthy({ reason: which.join(", ") })
    }
  }).pipe(Effect.catchTags({ SqlError: unreadable, SchemaError: unreadable }))
})

/** Notices work that nobody in the cluster does any more: singletons and schedules. */
export const deadMansSwitches = Layer.merge(singletons, schedules).pipe(Layer.provide(Expectations.layer))
