import type { Calendar } from "@innkeeper/oncall/api"
import type { UserId } from "@innkeeper/platform/api"
import type { DateTime } from "effect"
import type { ReactNode } from "react"
import { classes } from "../ui/classes.ts"
import type { CalendarWindow } from "./CalendarRange.ts"
import { DayGrid, DayScale } from "./DayScale.tsx"
import { nowLine } from "./lanePositions.ts"
import "./lanes.css"
import { LaneTrack } from "./LaneTrack.tsx"
import { timeText } from "./momentText.ts"
import type { People } from "./people.ts"
import { coloursOf, initialsOf } from "./personMark.ts"
import { finalTurns, type Lane, lanesOf, peopleOf, type Turn } from "./scheduleLanes.ts"
import { TurnList } from "./TurnList.tsx"
import { turnName } from "./turnWords.ts"

/**
 * A schedule over time: a lane for each layer, one for the overrides, and the one that results. On a narrow screen the
 * result alone is drawn, above its turns as a list. Days are those of `zone`, which `window` was made for.
 */
export function TimeLanes({ calendar, window, zone, now, nameOf, isDeactivated, actionsFor }: {
  readonly calendar: Calendar
  readonly window: CalendarWindow
  readonly zone: DateTime.TimeZone
  readonly now: DateTime.Utc
  readonly nameOf: (id: UserId) => string
  readonly isDeactivated: (id: UserId) => boolean
  readonly actionsFor?: (turn: Turn) => ReactNode
}) {
  const colours = coloursOf(peopleOf(calendar))
  const people: People = { nameOf, isDeactivated, colourOf: (id) => colours.get(id) ?? 0 }
  const context = { extent: window, zone, now, people, ...(actionsFor && { actionsFor }) }
  const turns = finalTurns(calendar)
  const final: Lane = { kind: "final", name: "On call", rows: [turns] }
  return (
    <>
      <div className="hidden rounded-lg border border-line bg-surface px-4 pb-4 md:block">
        <Picture lanes={lanesOf(calendar)} {...{ window, zone, now }} context={context} labelled />
        <Legend ids={peopleOf(calendar)} people={people} />
      </div>
      <div className="grid gap-3 md:hidden">
        <Picture lanes={[final]} {...{ window, zone, now }} context={{ ...context, still: true }} />
        <TurnList turns={turns} now={now} zone={zone} people={people} {...(actionsFor && { actionsFor })} />
      </div>
    </>
  )
}

function Picture({ lanes, window, zone, now, context, labelled = false }: {
  readonly lanes: ReadonlyArray<Lane>
  readonly window: CalendarWindow
  readonly zone: DateTime.TimeZone
  readonly now: DateTime.Utc
  readonly context: Omit<Parameters<typeof LaneTrack>[0], "lane">
  readonly labelled?: boolean
}) {
  const line = nowLine(now, window)
  return (
    <div className={labelled ? "grid grid-cols-[9rem_minmax(0,1fr)]" : "grid"}>
      {labelled && <div className="border-b border-line" />}
      <DayScale window={window} zone={zone} />
      {lanes.map((lane, index) => (
        <div key={index} className="contents">
          {labelled && (
            <div className="flex items-center border-b border-line pr-2 text-sm">
              <span
                className={lane.kind === "final" ? "truncate font-medium" : "truncate text-muted"}
                title={lane.name}
              >
                {lane.name}
              </span>
            </div>
          )}
          <div className="relative border-b border-line">
            <DayGrid window={window} />
            <LaneTrack lane={lane} {...context} />
            {line !== null && <NowLine percent={line} {...(index === 0 && { label: timeText(now, zone) })} />}
          </div>
        </div>
      ))}
    </div>
  )
}

/** Whose initials and colours these are. */
function Legend({ ids, people }: { readonly ids: ReadonlyArray<UserId>; readonly people: People }) {
  return (
    <ul aria-label="People" className="flex flex-wrap gap-x-4 gap-y-1 pt-4 text-xs">
      {ids.map((userId) => (
        <li key={userId} className="flex items-center gap-1.5 wrap-anywhere">
          <span
            aria-hidden
            className={classes(
              "grid h-5 min-w-6 place-content-center rounded border",
              people.isDeactivated(userId) ? "nobody border-dashed" : `person person-${people.colourOf(userId)}`
            )}
          >
            {initialsOf(people.nameOf(userId))}
          </span>
          {turnName({ userId }, people)}
        </li>
      ))}
    </ul>
  )
}

function NowLine({ percent, label }: { readonly percent: number; readonly label?: string }) {
  return (
    <div
      aria-hidden
      className="pointer-events-none absolute inset-y-0 z-20 w-0.5 -translate-x-1/2 bg-accent"
      style={{ left: `${percent}%` }}
    >
      {label !== undefined && (
        <span className="absolute -top-2 left-1/2 -translate-x-1/2 rounded bg-accent px-1 text-[0.6875rem] leading-4 text-accent-ink tabular-nums">
          {label}
        </span>
      )}
    </div>
  )
}
