import { DateTime } from "effect"
import { ChevronLeft, ChevronRight } from "lucide-react"
import { addDays, type CalendarDay, type CalendarRange, firstDayOf, moveRange } from "../lanes/CalendarRange.ts"
import { Button } from "../ui/Button.tsx"
import { Select } from "../ui/Field.tsx"
import { IconButton } from "../ui/IconButton.tsx"

const ranges: Record<CalendarRange, string> = { week: "Week", fortnight: "2 weeks", month: "Month" }

const dayFormat = new Intl.DateTimeFormat("en-GB", { timeZone: "UTC", day: "numeric", month: "short", year: "numeric" })
const monthFormat = new Intl.DateTimeFormat("en-GB", { timeZone: "UTC", month: "long", year: "numeric" })
const millis = (day: CalendarDay) => DateTime.makeUnsafe(`${day}T00:00:00Z`).epochMilliseconds

const heading = (range: CalendarRange, first: CalendarDay) =>
  range === "month"
    ? monthFormat.format(millis(first))
    : dayFormat.formatRange(millis(first), millis(addDays(moveRange(range, first, 1), -1)))

/** Moves a calendar in time and says in which zone its days are. */
export function CalendarToolbar({ range, first, today, zones, zone, onChange }: {
  readonly range: CalendarRange
  readonly first: CalendarDay
  readonly today: CalendarDay
  /** What to choose from, by the name of the choice. */
  readonly zones: ReadonlyArray<{ readonly value: string; readonly label: string }>
  readonly zone: string
  readonly onChange: (
    change: { readonly range?: CalendarRange; readonly day?: CalendarDay; readonly zone?: string }
  ) => void
}) {
  return (
    <div className="flex flex-wrap items-center gap-2 pb-3">
      <div className="flex items-center">
        <IconButton label={`Previous ${ranges[range]}`} onClick={() => onChange({ day: moveRange(range, first, -1) })}>
          <ChevronLeft aria-hidden />
        </IconButton>
        <Button disabled={first === firstDayOf(range, today)} onClick={() => onChange({ day: today })}>Today</Button>
        <IconButton label={`Next ${ranges[range]}`} onClick={() => onChange({ day: moveRange(range, first, 1) })}>
          <ChevronRight aria-hidden />
        </IconButton>
      </div>
      <h2 aria-live="polite" className="flex-1 text-right font-medium whitespace-nowrap sm:text-left">
        {heading(range, first)}
      </h2>
      <Select
        aria-label="Range"
        className="w-auto! max-sm:grow"
        value={range}
        onChange={(event) => onChange({ range: event.target.value as CalendarRange, day: first })}
      >
        {Object.entries(ranges).map(([value, label]) => <option key={value} value={value}>{label}</option>)}
      </Select>
      <Select
        aria-label="Time zone"
        className="w-auto! min-w-0 max-sm:w-0! max-sm:grow-3"
        value={zone}
        onChange={(event) => onChange({ zone: event.target.value })}
      >
        {zones.map(({ label, value }) => <option key={value} value={value}>{label}</option>)}
      </Select>
    </div>
  )
}
