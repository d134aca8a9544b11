import { Cron, DateTime, Duration } from "effect"

/**
 * The times of a cron expression in a time zone. A time of day comes once a day: one that the clock skips in spring comes as
 * much later, one that it repeats in autumn comes the first time. An expression for every hour goes by elapsed time instead,
 * through both of the repeated hours. Throws for an expression or zone that does not exist.
 */
export const cronOf = (expression: string, zone: string): Cron.Cron => {
  const cron = Cron.parseUnsafe(expression, zone)
  return cron.hours.size === 0 || cron.hours.size === 24
    ? Cron.parseUnsafe(expression, zone, { onDstOverlap: "both" })
    : cron
}

/** The first time after an instant. */
export const nextTime = (cron: Cron.Cron, after: DateTime.Utc): DateTime.Utc =>
  DateTime.fromDateUnsafe(Cron.next(cron, after))

/** Whether a run that was due at `scheduledFor` comes too late to be of use at `now`. */
export const isTooLate = (scheduledFor: DateTime.Utc, now: DateTime.Utc, limit: Duration.Duration): boolean =>
  Duration.isGreaterThan(DateTime.distance(scheduledFor, now), limit)
