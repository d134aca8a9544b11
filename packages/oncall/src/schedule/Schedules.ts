import { isTimeZoneName } from "@innkeeper/config"
import type { CurrentTenant } from "@innkeeper/database"
import { Conflict, NotFound, Unprocessable, type UserId } from "@innkeeper/platform/api"
import { Clock, Context, DateTime, Duration, Effect, Layer, Option } from "effect"
import { SecureRandom } from "effect/crypto"
import { makeCatalogue } from "../Catalogue.ts"
import { checkReferences, type References } from "../References.ts"
import { finalShifts, gaps, onCallAt as shiftOf, shiftsBetween } from "./Rotation.ts"
import { longestShift, Override, Schedule, type ScheduleInput } from "./Schedule.ts"
import { Calendar } from "./ScheduleApi.ts"
import { OverrideId, ScheduleId } from "./ScheduleId.ts"
import {
  deleteOverride,
  deleteSchedule,
  findActive,
  findSchedules,
  findWithOverrides,
  holdSchedule,
  insertOverride,
  insertSchedule,
  policiesUsing,
  updateSchedule
} from "./ScheduleStore.ts"

/** Longest span of a calendar. */
const calendarDays = 100

type Input = typeof ScheduleInput.Type

/** What is asked of an override. */
export interface NewOverride {
  readonly userId: UserId
  readonly start: DateTime.Utc
  readonly end: DateTime.Utc
}

/**
 * Schedules of the current tenant and who is on call by them.
 * @effect-expect-leaking CurrentTenant
 */
export class Schedules extends Context.Service<Schedules, {
  readonly list: Effect.Effect<ReadonlyArray<Schedule>, never, CurrentTenant>
  readonly get: (id: ScheduleId) => Effect.Effect<Schedule, NotFound, CurrentTenant>
  /** Zones are entered by region and city: an abbreviation is `Unprocessable`. */
  readonly create: (input: Input) => Effect.Effect<Schedule, Conflict | Unprocessable, CurrentTenant>
  readonly replace: (
    id: ScheduleId,
    input: Input
  ) => Effect.Effect<Schedule, NotFound | Conflict | Unprocessable, CurrentTenant>
  /** Fails with `Conflict` while an escalation policy pages by it. */
  readonly remove: (id: ScheduleId) => Effect.Effect<void, NotFound | Conflict, CurrentTenant>
  readonly calendar: (
    id: ScheduleId,
    from: DateTime.Utc,
    until: DateTime.Utc
  ) => Effect.Effect<Calendar, NotFound | Unprocessable, CurrentTenant>
  readonly addOverride: (
    id: ScheduleId,
    override: NewOverride
  ) => Effect.Effect<Override, NotFound | Unprocessable, CurrentTenant>
  readonly removeOverride: (id: ScheduleId, overrideId: OverrideId) => Effect.Effect<void, NotFound, CurrentTenant>
  /** Who is on call and until when, in one query; none when nobody is, or the schedule is gone. */
  readonly onCallAt: (
    id: ScheduleId,
    at: DateTime.Utc
  ) => Effect.Effect<Option.Option<{ readonly userId: UserId; readonly until: DateTime.Utc }>, never, CurrentTenant>
}>()("oncall/Schedules") {
  static readonly layer = Layer.effect(
    Schedules,
    Effect.gen(function*() {
      const { changed, scoped, unique } = yield* makeCatalogue("schedule")

      const list = scoped(findSchedules()).pipe(Effect.withSpan("Schedules.list"))

      const get = Effect.fn("Schedules.get")((id: ScheduleId) =>
        scoped(Effect.flatMap(findSchedules(id), ([found]) => found === undefined ? gone : Effect.succeed(found)))
      )

      const create = Effect.fn("Schedules.create")((input: Input) =>
        unique(Effect.gen(function*() {
          yield* checkZone(input)
          yield* checkReferences(referencesOf(input))
          const schedule = new Schedule({ ...input, id: ScheduleId.make(SecureRandom.uuidV7Unsafe()) })
          yield* insertSchedule(schedule)
          yield* changed("created", schedule.id, { name: schedule.name })
          return schedule
        }))
      )

      const replace = Effect.fn("Schedules.replace")((id: ScheduleId, input: Input) =>
        unique(Effect.gen(function*() {
          const [before] = yield* findSchedules(id)
          if (before === undefined) return yield* gone
          yield* checkZone(input, before)
          if (!(yield* updateSchedule(id, input))) return yield* gone
          yield* checkReferences(referencesOf(input))
          yield* changed("updated", id, { name: input.name })
          return new Schedule({ ...input, id })
        }))
      )

      const remove = Effect.fn("Schedules.remove")((id: ScheduleId) =>
        unique(Effect.gen(function*() {
          if (!(yield* holdSchedule(id))) return yield* gone
          const policies = yield* policiesUsing(id)
          if (policies.length > 0) {
            return yield* new Conflict({ detail: `Escalation policies page by this schedule: ${policies.join(", ")}` })
          }
          yield* deleteSchedule(id)
          yield* changed("removed", id, null)
        }))
      )

      const calendar = Effect.fn("Schedules.calendar")(
        function*(id: ScheduleId, from: DateTime.Utc, until: DateTime.Utc) {
          const span = DateTime.distance(from, until)
          if (
            Duration.isLessThanOrEqualTo(span, Duration.zero) ||
            Duration.isGreaterThan(span, Duration.days(calendarDays))
          ) {
            return yield* refuse(
              ["query", "until"],
              `expected an instant after \`from\`, by ${calendarDays} days at most`
            )
          }
          const [found] = yield* scoped(findWithOverrides({
            id,
            from: DateTime.subtractDuration(from, longestShift),
            until: DateTime.addDuration(until, longestShift)
          }))
          if (found === undefined) return yield* gone
          const { overrides, schedule } = found
          const zone = DateTime.zoneMakeNamedUnsafe(schedule.timeZone)
          const final = finalShifts(schedule, overrides, from, until)
          return new Calendar({
            schedule,
            from,
            until,
            layers: schedule.layers.map((layer) => ({
              name: layer.name,
              shifts: shiftsBetween(layer, zone, from, until)
            })),
            overrides: overrides.filter(({ end, start }) =>
              DateTime.isGreaterThan(end, from) && DateTime.isLessThan(start, until)
            ),
            final,
            gaps: gaps(final, from, until)
          })
        }
      )

      const addOverride = Effect.fn("Schedules.addOverride")((id: ScheduleId, asked: NewOverride) =>
        scoped(Effect.gen(function*() {
          const [schedule] = yield* findSchedules(id)
          if (schedule === undefined) return yield* gone
          const now = DateTime.makeUnsafe(yield* Clock.currentTimeMillis)
          if (DateTime.isGreaterThanOrEqualTo(asked.start, asked.end)) {
            return yield* refuse(["payload", "end"], "expected an instant after `start`")
          }
          if (DateTime.isLessThanOrEqualTo(asked.end, now)) {
            return yield* refuse(["payload", "end"], "expected an instant to come")
          }
          if (Duration.isGreaterThan(DateTime.distance(asked.start, asked.end), longestShift)) {
            return yield* refuse(["payload", "end"], "expected an instant at most 366 days after `start`")
          }
          if (!Option.contains(yield* findActive(asked.userId), true)) {
            return yield* refuse(["payload", "userId"], "expected the id of a person of this tenant who is active")
          }
          const override = new Override({ ...asked, id: OverrideId.make(SecureRandom.uuidV7Unsafe()) })
          yield* insertOverride(id, override)
          yield* changed("overridden", id, {
            overrideId: override.id,
            userId: override.userId,
            start: DateTime.formatIso(override.start),
            end: DateTime.formatIso(override.end)
          })
          return override
        }))
      )

      const removeOverride = Effect.fn("Schedules.removeOverride")((id: ScheduleId, overrideId: OverrideId) =>
        scoped(Effect.gen(function*() {
          if (!(yield* deleteOverride(id, overrideId))) return yield* new NotFound({ resource: "override" })
          yield* changed("override-removed", id, { overrideId })
        }))
      )

      const onCallAt = Effect.fn("Schedules.onCallAt")(function*(id: ScheduleId, at: DateTime.Utc) {
        const [found] = yield* scoped(
          findWithOverrides({ id, from: at, until: DateTime.addDuration(at, longestShift) })
        )
        const shift = found === undefined ? null : shiftOf(found.schedule, found.overrides, at)
        return Option.map(Option.fromNullishOr(shift), ({ end, userId }) => ({ userId, until: end }))
      })

      return Schedules.of({ list, get, create, replace, remove, calendar, addOverride, removeOverride, onCallAt })
    })
  )
}

const gone = Effect.fail(new NotFound({ resource: "schedule" }))

const refuse = (path: ReadonlyArray<string>, message: string) =>
  Effect.fail(new Unprocessable({ errors: [{ path, message }] }))

/** A zone that the schedule has already may stay, so that its rotation can be changed whatever its zone is called. */
const checkZone = ({ timeZone }: Input, before?: Schedule) =>
  isTimeZoneName(timeZone) || timeZone === before?.timeZone
    ? Effect.void
    : refuse(["payload", "timeZone"], "expected a time zone by region and city such as Europe/London, or UTC")

const referencesOf = ({ layers }: Input): References => ({
  users: layers.flatMap(({ users }, layer) =>
    users.map((id, index) => ({ path: ["payload", "layers", layer, "users", index], id }))
  )
})
