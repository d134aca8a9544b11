import { DateTime, Option, Schema } from "effect"

/** A day of the calendar without a zone, `2026-01-05`. A calendar reaches from 1971 to 9998, so that instants stay around it. */
export const CalendarDay = Schema.String.check(
  Schema.makeFilter<string>((day) =>
    /^(?!1970|9999)(?:19[7-9]|[2-9]\d\d)\d-\d\d-\d\d$/.test(day) &&
      Option.exists(DateTime.make(`${day}T00:00:00Z`), (date) => DateTime.formatIsoDateUtc(date) === day) ||
    "a day such as 2026-01-05"
  )
)
export type CalendarDay = typeof CalendarDay.Type

/** How much of a calendar is drawn. A week begins on Monday (ISO 8601). */
export const CalendarRange = Schema.Literals(["week", "fortnight", "month"])
export type CalendarRange = typeof CalendarRange.Type

export interface Day {
  readonly day: CalendarDay
  readonly begins: DateTime.Utc
  readonly ends: DateTime.Utc
  readonly weekend: boolean
}

/** The span that is drawn: from the beginning of its first day until the end of its last, in one zone. */
export interface CalendarWindow {
  readonly from: DateTime.Utc
  readonly until: DateTime.Utc
  readonly days: ReadonlyArray<Day>
}

/** A day is reckoned with as the midnight that UTC gives it, where every day has 24 hours. */
const midnight = (day: CalendarDay): DateTime.Utc => DateTime.toUtc(DateTime.makeUnsafe(`${day}T00:00:00Z`))
const dayOf = (date: DateTime.Utc): CalendarDay => DateTime.formatIsoDateUtc(date)

export const addDays = (day: CalendarDay, days: number): CalendarDay => dayOf(DateTime.add(midnight(day), { days }))

/** The day that `instant` falls on in `zone`. */
export const calendarDayAt = (instant: DateTime.Utc, zone: DateTime.TimeZone): CalendarDay =>
  DateTime.formatIsoDate(DateTime.setZone(instant, zone))

/** The first instant of `day` in `zone`: midnight, or as much later as a change of the clocks swallows. */
export const beginningOf = (day: CalendarDay, zone: DateTime.TimeZone): DateTime.Utc =>
  DateTime.toUtc(DateTime.makeZonedUnsafe(midnight(day), {
    timeZone: zone,
    adjustForTimeZone: true,
    disambiguation: "compatible"
  }))

/** The first day of the range that `day` belongs to. */
export const firstDayOf = (range: CalendarRange, day: CalendarDay): CalendarDay =>
  dayOf(DateTime.startOf(midnight(day), range === "month" ? "month" : "week", { weekStartsOn: 1 }))

/** The first day of the range that is `steps` ranges after the one that begins on `first`. */
export const moveRange = (range: CalendarRange, first: CalendarDay, steps: number): CalendarDay =>
  range === "month"
    ? dayOf(DateTime.add(midnight(first), { months: steps }))
    : addDays(first, steps * (range === "week" ? 7 : 14))

/** The range that begins on `first`, day by day in `zone`. A day that the zone skips is left out. */
export const windowOf = (range: CalendarRange, first: CalendarDay, zone: DateTime.TimeZone): CalendarWindow => {
  const end = moveRange(range, first, 1)
  const days: Array<Day> = []
  for (let day = first; day < end; day = addDays(day, 1)) {
    const begins = beginningOf(day, zone)
    const ends = beginningOf(addDays(day, 1), zone)
    const { weekDay } = DateTime.toPartsUtc(midnight(day))
    if (DateTime.isLessThan(begins, ends)) days.push({ day, begins, ends, weekend: weekDay === 0 || weekDay === 6 })
  }
  return { from: beginningOf(first, zone), until: beginningOf(end, zone), days }
}
