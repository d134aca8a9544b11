import { DateTime } from "effect"

/** The year as a part of a date in a zone; nothing when it is the present one there. */
export const otherYear = (
  at: DateTime.Utc,
  now: DateTime.Utc,
  timeZone: string
): Pick<Intl.DateTimeFormatOptions, "year"> => {
  const { format } = new Intl.DateTimeFormat("en-GB", { timeZone, year: "numeric" })
  return format(DateTime.toEpochMillis(at)) === format(DateTime.toEpochMillis(now)) ? {} : { year: "numeric" }
}
