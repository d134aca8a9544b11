import { Instant } from "@innkeeper/platform/api"
import { DateTime, Option, Schema } from "effect"
import { LocalDateTime } from "../schedule/Schedule.ts"

/** An override as a document means it. */
export interface SetupMoment {
  readonly user: string
  readonly start: DateTime.Utc
  readonly end: DateTime.Utc
}

const isLocal = Schema.is(LocalDateTime)
const withOffset = Schema.decodeOption(Instant)

/** When an override of a document begins or ends: a time in the zone of the schedule, or an instant with its offset. */
export const Moment = Schema.String.check(
  Schema.makeFilter<string>((text) =>
    isLocal(text) || Option.isSome(withOffset(text))
    || "a local date and time such as 2026-01-05T09:00, or an instant such as 2026-01-05T08:00:00Z"
  )
)

const wallClock = (local: string, timeZone: string): DateTime.Utc =>
  DateTime.toUtc(DateTime.makeZonedUnsafe(`${local}:00Z`, {
    timeZone,
    adjustForTimeZone: true,
    disambiguation: "compatible"
  }))

/** The instant that a moment of a document means. */
export const instantOf = (moment: string, timeZone: string): DateTime.Utc =>
  isLocal(moment) ? wallClock(moment, timeZone) : Option.getOrThrow(withOffset(moment))

/** How a document says an instant: in the zone, unless that would mean another instant. */
export const momentOf = (instant: DateTime.Utc, timeZone: string): string => {
  const zoned = DateTime.setZone(instant, DateTime.zoneMakeNamedUnsafe(timeZone))
  const local = DateTime.formatIsoOffset(zoned).slice(0, 16)
  return isLocal(local) && DateTime.toEpochMillis(wallClock(local, timeZone)) === DateTime.toEpochMillis(instant)
    ? local
    : DateTime.formatIso(instant)
}
