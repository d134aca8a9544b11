import { DateTime } from "effect"
import { otherYear } from "../ui/otherYear.ts"

const format = (at: DateTime.Utc, zone: DateTime.TimeZone, options: Intl.DateTimeFormatOptions): string =>
  DateTime.format(DateTime.setZone(at, zone), { locale: "en-GB", ...options })

/** `09:00`. */
export const timeText = (at: DateTime.Utc, zone: DateTime.TimeZone): string =>
  format(at, zone, { hour: "2-digit", minute: "2-digit" })

/** `Mon, 5 Jan, 09:00`; with the year when it is not the present one. */
export const momentText = (at: DateTime.Utc, zone: DateTime.TimeZone, now: DateTime.Utc): string =>
  format(at, zone, {
    weekday: "short",
    day: "numeric",
    month: "short",
    ...otherYear(at, now, DateTime.zoneToString(zone)),
    hour: "2-digit",
    minute: "2-digit"
  })

/** `Europe/Berlin (CET)`: the zone by its name, and as clocks in it are called at `at`. */
export const zoneText = (at: DateTime.Utc, zone: DateTime.TimeZone): string => {
  const name = DateTime.zoneToString(zone)
  const short = new Intl.DateTimeFormat("en-GB", { timeZone: name, timeZoneName: "short" })
    .formatToParts(at.epochMilliseconds)
    .find(({ type }) => type === "timeZoneName")?.value
  return short === undefined || short === name ? name : `${name} (${short})`
}

/** `Mon, 5 Jan, 09:00 – 17:00`; the second day is left out when it is the first. */
export const spanText = (
  { end, start }: { readonly start: DateTime.Utc; readonly end: DateTime.Utc },
  zone: DateTime.TimeZone,
  now: DateTime.Utc
): string => {
  const dayOf = (at: DateTime.Utc) => DateTime.formatIsoDate(DateTime.setZone(at, zone))
  const sameDay = dayOf(start) === dayOf(end)
  return `${momentText(start, zone, now)} – ${sameDay ? timeText(end, zone) : momentText(end, zone, now)}`
}

/** `7 days`, `1 day 3 h`, `1 min 30 s`: a length in at most two units. */
export const lengthText = (milliseconds: number): string => {
  const seconds = Math.round(milliseconds / 1000)
  const days = Math.floor(seconds / 86_400)
  const parts = [
    days > 0 && `${days} ${days === 1 ? "day" : "days"}`,
    seconds % 86_400 >= 3600 && `${Math.floor(seconds % 86_400 / 3600)} h`,
    seconds % 3600 >= 60 && `${Math.floor(seconds % 3600 / 60)} min`,
    seconds % 60 > 0 && `${seconds % 60} s`
  ].filter((part) => part !== false)
  return parts.length === 0 ? "0 s" : parts.slice(0, 2).join(" ")
}
