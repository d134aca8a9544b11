import type { Calendar, OverrideId, Schedule } from "@innkeeper/oncall/api"
import type { UserId } from "@innkeeper/platform/api"
import { DateTime } from "effect"
import { inRows, type Span } from "./lanePositions.ts"

/** One person's turn as it is drawn; `userId` is null where nobody is on call. */
export interface Turn extends Span {
  readonly userId: UserId | null
  readonly overrideId: OverrideId | null
  /** A gap that reaches an end of the calendar, which does not tell how long it is. */
  readonly isCut?: boolean
}

export interface Lane {
  readonly kind: "layer" | "overrides" | "final"
  readonly name: string
  /** Rows below one another; one row unless turns overlap. */
  readonly rows: ReadonlyArray<ReadonlyArray<Turn>>
}

/** Whoever has the schedule one after the other, with the gaps between them, in the order of time. */
export const finalTurns = (
  { final, from, gaps, until }: Pick<Calendar, "final" | "from" | "gaps" | "until">
): ReadonlyArray<Turn> => {
  const isCut = ({ end, start }: Span) =>
    DateTime.isLessThanOrEqualTo(start, from) || DateTime.isGreaterThanOrEqualTo(end, until)
  return [...final, ...gaps.map((gap) => ({ ...gap, userId: null, overrideId: null, isCut: isCut(gap) }))]
    .toSorted((a, b) => DateTime.Order(a.start, b.start))
}

/** The lanes of a schedule from top to bottom: its layers, its overrides, and what results. */
export const lanesOf = (calendar: Calendar): ReadonlyArray<Lane> => [
  ...calendar.layers.map(({ name, shifts }): Lane => ({ kind: "layer", name, rows: inRows(shifts) })),
  {
    kind: "overrides",
    name: "Overrides",
    rows: inRows(calendar.overrides.map(({ end, id, start, userId }) => ({ start, end, userId, overrideId: id })))
  },
  { kind: "final", name: "On call", rows: [finalTurns(calendar)] }
]

/** Everybody who appears in the calendar or takes turns in the schedule, in the order of their turns. */
export const peopleOf = (calendar: { readonly schedule: Schedule } & Pick<Calendar, "overrides">) => [
  ...new Set([
    ...calendar.schedule.layers.flatMap(({ users }) => users),
    ...calendar.overrides.map(({ userId }) => userId)
  ])
]
