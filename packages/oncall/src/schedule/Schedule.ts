import { Instant, Name, UserId } from "@innkeeper/platform/api"
import { DateTime, Duration, Option, Schema } from "effect"
import { OverrideId, ScheduleId } from "./ScheduleId.ts"

/** An IANA time zone, such as `Europe/Berlin`. What is stored may be an abbreviation, which nobody can enter any more. */
export const TimeZone = Schema.String.check(
  Schema.isMaxLength(64),
  Schema.makeFilter<string>((zone) =>
    Option.isSome(DateTime.zoneMakeNamed(zone)) || "an IANA time zone such as Europe/London"
  )
)

/** A wall-clock time without a zone, `2026-01-05T09:00`. The schedule's zone says which instant it is. */
export const LocalDateTime = Schema.String.check(
  Schema.isPattern(/^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d$/, {
    expected: "a local date and time such as 2026-01-05T09:00"
  }),
  Schema.makeFilter<string>((local) =>
    Option.exists(
      DateTime.make(`${local}:00Z`),
      (date) => DateTime.getPartUtc(date, "year") >= 1970 && DateTime.formatIso(date).startsWith(local)
    ) || "a day of the calendar, from 1970 on"
  )
)

/**
 * Hand-offs by the wall clock of the schedule's zone: at the time of `start`, every `every` days or weeks.
 * A hand-off that falls into a spring gap happens as much later as the gap is long (02:30 becomes 03:30, RFC 5545);
 * one that occurs twice in autumn happens the first time.
 */
export const Rotation = Schema.Struct({
  unit: Schema.Literals(["day", "week"]),
  every: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 52 })),
  /** First instant of the first person's first shift. Nobody is on call in this layer before it. */
  start: LocalDateTime
})
export type Rotation = typeof Rotation.Type

/** People who take turns. A later layer of a schedule covers the earlier ones while it has somebody on call. */
export const Layer = Schema.Struct({
  name: Name,
  rotation: Rotation,
  /** In the order of their turns. */
  users: Schema.NonEmptyArray(UserId).check(Schema.isMaxLength(100))
})
export type Layer = typeof Layer.Type

/** Longest span of one override; no turn of a rotation is longer. It bounds what a shift can depend on. */
export const longestShift = Duration.days(366)

/** Somebody takes a span of time, whoever had it. Later overrides win over earlier ones. */
export class Override extends Schema.Class<Override>("oncall/Override")({
  id: OverrideId,
  userId: UserId,
  start: Instant,
  end: Instant
}) {}

export class Schedule extends Schema.Class<Schedule>("oncall/Schedule")({
  id: ScheduleId,
  name: Name,
  timeZone: TimeZone,
  layers: Schema.Array(Layer).check(Schema.isMaxLength(10))
}) {}

export const ScheduleInput = Schema.Struct({
  name: Schedule.fields.name,
  timeZone: Schedule.fields.timeZone,
  layers: Schedule.fields.layers
})

/** A span in which one person is on call: from `start` until just before `end`. */
export class Shift extends Schema.Class<Shift>("oncall/Shift")({
  userId: UserId,
  start: Schema.DateTimeUtcFromString,
  end: Schema.DateTimeUtcFromString,
  /** The override that put this person there; null when it is the rotation. */
  overrideId: Schema.NullOr(OverrideId)
}) {}
