import { DateTime, Schema } from "effect"

/** An instant that PostgreSQL and every client can hold: the years 1970 to 9999, ISO 8601 with a zone. */
export const Instant = Schema.DateTimeUtcFromString.check(
  Schema.makeFilter<DateTime.Utc>((instant) => {
    const year = DateTime.toParts(instant).year
    return (year >= 1970 && year <= 9999) || "an instant between the years 1970 and 9999"
  })
)
