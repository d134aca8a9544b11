import { DateTime } from "effect"

const format = (options: Intl.DateTimeFormatOptions) => (at: DateTime.Utc, zone: DateTime.TimeZone): string =>
  DateTime.format(DateTime.setZone(at, zone), { locale: "en-GB", ...options })

/** `09:00`. */
export const timeText = format({ hour: "2-digit", minute: "2-digit" })

/** `Mon, 5 Jan`. */
export const dayText = format({ weekday: "short", day: "numeric", month: "short" })

/** `Mon, 5 Jan, 09:00`. */
export const momentText = format({
  weekday: "short",
  day: "numeric",
  month: "short",
  hour: "2-digit",
  minute: "2-digit"
})

/** `January 2026`. */
export const monthText = format({ month: "long", year: "numeric" })

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
  zone: DateTime.TimeZone
): string => {
  const sameDay = dayText(start, zone) === dayText(end, zone)
  return `${momentText(start, zone)} – ${sameDay ? timeText(end, zone) : momentText(end, zone)}`
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
