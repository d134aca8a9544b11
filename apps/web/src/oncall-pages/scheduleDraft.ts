import type { Schedule } from "@innkeeper/oncall/api"
import type { UserId } from "@innkeeper/platform/api"
import { DateTime } from "effect"
import { calendarDayAt, firstDayOf } from "../lanes/CalendarRange.ts"

export interface LayerDraft {
  readonly name: string
  readonly rotation: { readonly unit: "day" | "week"; readonly every: number; readonly start: string }
  readonly users: ReadonlyArray<UserId>
}

/** What the form of a schedule holds. */
export interface ScheduleDraft {
  readonly name: string
  readonly timeZone: string
  readonly layers: ReadonlyArray<LayerDraft>
}

/** A weekly rotation from this week's Monday at nine, the most common one. */
export const newLayer = (number: number, now: DateTime.Utc, timeZone: string): LayerDraft => ({
  name: number === 1 ? "Weekly" : `Layer ${number}`,
  rotation: {
    unit: "week",
    every: 1,
    start: `${firstDayOf("week", calendarDayAt(now, DateTime.zoneMakeNamedUnsafe(timeZone)))}T09:00`
  },
  users: []
})

export const draftOf = (schedule: Schedule | null, now: DateTime.Utc, timeZone: string): ScheduleDraft =>
  schedule === null
    ? { name: "", timeZone, layers: [newLayer(1, now, timeZone)] }
    : { name: schedule.name, timeZone: schedule.timeZone, layers: schedule.layers }
