import { DateTime, Option, Schema } from "effect"

const form =
  /^(\d{4}-\d\d-\d\d)T(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,9})?)?(?:Z|[+-](?:[01]\d|2[0-3]):?[0-5]\d)$/

/** Whether a text says a day of the calendar, a time and a zone. What it leaves out would be guessed: UTC, or another day. */
const isComplete = (text: string): boolean => {
  const day = form.exec(text)?.[1]
  return day !== undefined &&
    Option.exists(DateTime.make(`${day}T00:00:00Z`), (date) => DateTime.formatIsoDateUtc(date) === day)
}

/** An instant that PostgreSQL and every client can hold: the years 1970 to 9999, ISO 8601 with a zone. */
export const Instant = Schema.String.check(
  Schema.makeFilter<string>((text) =>
    isComplete(text) || "a day of the calendar with a time and a zone, such as 2026-01-05T08:00:00Z"
  )
).pipe(Schema.decodeTo(Schema.DateTimeUtcFromString)).check(
  Schema.makeFilter<DateTime.Utc>((instant) => {
    const year = DateTime.toParts(instant).year
    return (year >= 1970 && year <= 9999) || "an instant between the years 1970 and 9999"
  })
)
