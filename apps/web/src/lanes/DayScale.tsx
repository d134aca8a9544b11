import { DateTime } from "effect"
import { classes } from "../ui/classes.ts"
import type { CalendarWindow } from "./CalendarRange.ts"
import { percentAt } from "./lanePositions.ts"

const partOf = (at: DateTime.Utc, zone: DateTime.TimeZone, options: Intl.DateTimeFormatOptions) =>
  DateTime.format(DateTime.setZone(at, zone), { locale: "en-GB", ...options })

const placed = (window: CalendarWindow, begins: DateTime.Utc, ends: DateTime.Utc) => {
  const left = percentAt(begins, window)
  return { left: `${left}%`, width: `${percentAt(ends, window) - left}%` }
}

/** The days above the lanes. Many days are told by number alone, with the first letter of the weekday. */
export function DayScale({ window, zone }: { readonly window: CalendarWindow; readonly zone: DateTime.TimeZone }) {
  const days = window.days.length
  return (
    <div aria-hidden className="relative h-13 border-b border-line text-xs">
      {window.days.map(({ begins, day, ends, weekend }) => (
        <div
          key={day}
          className={classes(
            "absolute top-1.5 text-center leading-tight",
            weekend && "text-muted"
          )}
          style={placed(window, begins, ends)}
        >
          <p className={days > 14 ? "hidden" : days > 7 ? "max-md:hidden" : undefined}>
            {partOf(begins, zone, { weekday: "short" })}
          </p>
          <p className={days > 14 ? undefined : days > 7 ? "md:hidden" : "hidden"}>
            {partOf(begins, zone, { weekday: "narrow" })}
          </p>
          <p className="font-medium tabular-nums">{partOf(begins, zone, { day: "numeric" })}</p>
        </div>
      ))}
    </div>
  )
}

/** Lines between the days and a tint on weekends, behind the lanes. */
export function DayGrid({ window }: { readonly window: CalendarWindow }) {
  return (
    <div aria-hidden className="pointer-events-none absolute inset-0">
      {window.days.map(({ begins, day, ends, weekend }) => (
        <div
          key={day}
          className={classes("absolute inset-y-0 border-l border-line", weekend && "bg-hover/60")}
          style={placed(window, begins, ends)}
        />
      ))}
    </div>
  )
}
