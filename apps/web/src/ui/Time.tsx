import { DateTime } from "effect"
import { otherYear } from "./otherYear.ts"
import { relativeTime } from "./relativeTime.ts"
import { useNow } from "./useNow.ts"
import { useViewerZone } from "./zone.tsx"

/** A moment in a zone, in full with the zone's name, such as `Sat, 21 Nov 2026, 03:12:09 GMT+1`. */
export const fullTime = (at: DateTime.Utc, timeZone: string) =>
  new Intl.DateTimeFormat("en-GB", {
    timeZone,
    weekday: "short",
    day: "numeric",
    month: "short",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    timeZoneName: "short"
  }).format(DateTime.toEpochMillis(at))

/** A moment in a zone, short: the year only when it is not the present one. */
export const shortTime = (at: DateTime.Utc, now: DateTime.Utc, timeZone: string, withSeconds = false) =>
  new Intl.DateTimeFormat("en-GB", {
    timeZone,
    day: "numeric",
    month: "short",
    ...otherYear(at, now, timeZone),
    hour: "2-digit",
    minute: "2-digit",
    ...(withSeconds ? { second: "2-digit" } : {})
  }).format(DateTime.toEpochMillis(at))

/**
 * A moment: relative while it is fresh, else a date; always with the full time and the zone's name as tooltip.
 * `zone` is the viewer's unless stated. With `absolute` it never becomes relative, and can tell the seconds.
 */
export function Time({ at, zone, absolute = false, withSeconds = false }: {
  readonly at: DateTime.Utc
  readonly zone?: string
  readonly absolute?: boolean
  readonly withSeconds?: boolean
}) {
  const viewer = useViewerZone()
  const now = useNow()
  const timeZone = zone ?? viewer
  const seconds = (DateTime.toEpochMillis(at) - DateTime.toEpochMillis(now)) / 1000
  const relative = absolute ? null : relativeTime(seconds)
  return (
    <time
      dateTime={DateTime.formatIso(at)}
      title={`${fullTime(at, timeZone)} (${timeZone})`}
      className="whitespace-nowrap"
    >
      {relative ?? shortTime(at, now, timeZone, withSeconds)}
    </time>
  )
}
