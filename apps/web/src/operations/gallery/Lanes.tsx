import { Calendar, Override, type OverrideId, Schedule, type ScheduleId, Shift } from "@innkeeper/oncall/api"
import type { UserId } from "@innkeeper/platform/api"
import { DateTime } from "effect"
import { useZone } from "../../forms/useZone.ts"
import { calendarDayAt, firstDayOf, windowOf } from "../../lanes/CalendarRange.ts"
import { TimeLanes } from "../../lanes/TimeLanes.tsx"
import { useNow } from "../../ui/useNow.ts"
import { Specimen } from "./Specimen.tsx"

const names = ["Ada Lovelace", "Grace Hopper", "Margaret Hamilton"]
const idOf = (index: number) => `00000000-0000-4000-8000-00000000000${index}`
const users = names.map((_, index) => idOf(index) as UserId)

/** A schedule over a week: two people take turns, one of them deactivated, a third takes a part of it, and nobody has the end. */
export function Lanes() {
  const zone = useZone()
  const now = useNow()
  const window = windowOf("week", firstDayOf("week", calendarDayAt(now, zone)), zone)
  const at = (hours: number) => DateTime.add(window.from, { hours })
  const shift = (person: number, start: number, end: number, overrideId: OverrideId | null = null) =>
    new Shift({ userId: users[person]!, start: at(start), end: at(end), overrideId })
  const override = idOf(9) as OverrideId
  const calendar = new Calendar({
    schedule: new Schedule({
      id: idOf(8) as ScheduleId,
      name: "Primary",
      timeZone: "UTC",
      layers: [{
        name: "Daily",
        rotation: { unit: "day", every: 1, start: "2026-01-05T09:00" },
        users: [users[0]!, users[1]!]
      }]
    }),
    from: window.from,
    until: window.until,
    layers: [{ name: "Daily", shifts: [shift(0, -10, 60), shift(1, 60, 130)] }],
    overrides: [new Override({ id: override, userId: users[2]!, start: at(40), end: at(80) })],
    final: [shift(0, -10, 40), shift(2, 40, 80, override), shift(1, 80, 130)],
    gaps: [{ start: at(130), end: window.until }]
  })
  return (
    <Specimen name="TimeLanes: layer, override, result, deactivated, gap">
      <TimeLanes
        {...{ calendar, window, zone, now }}
        nameOf={(id) => names[users.indexOf(id)] ?? id}
        isDeactivated={(id) => id === users[1]}
      />
    </Specimen>
  )
}
