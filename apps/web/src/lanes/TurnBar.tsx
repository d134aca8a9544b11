import type { DateTime } from "effect"
import { Popover } from "radix-ui"
import type { ReactNode } from "react"
import { classes } from "../ui/classes.ts"
import { type Extent, positionOf } from "./lanePositions.ts"
import { lengthText, spanText, zoneText } from "./momentText.ts"
import type { People } from "./people.ts"
import { initialsOf } from "./personMark.ts"
import type { Turn } from "./scheduleLanes.ts"

export interface TurnContext {
  readonly extent: Extent
  readonly zone: DateTime.TimeZone
  readonly people: People
  /** What can be done about a turn, shown with its details. */
  readonly actionsFor?: (turn: Turn) => ReactNode
}

const looksOf = (turn: Turn, people: People) =>
  turn.userId === null ? "nobody border-dashed font-medium" : `person person-${people.colourOf(turn.userId)}`

/** One turn on a lane; opens its details. What reaches beyond the picture has an open end. */
export function TurnBar({ turn, extent, zone, people, actionsFor }: TurnContext & { readonly turn: Turn }) {
  const position = positionOf(turn, extent)
  if (position === null) return null
  const name = turn.userId === null ? "nobody" : people.nameOf(turn.userId)
  return (
    <li
      className="absolute inset-y-0 px-px"
      style={{ left: `${position.left}%`, width: `${position.width}%` }}
    >
      <Popover.Root>
        <Popover.Trigger
          aria-label={`${name}, ${spanText(turn, zone)}`}
          className={classes(
            "@container flex h-full w-full items-center justify-center overflow-hidden border text-xs hover:brightness-95",
            position.beganEarlier ? "border-l-0" : "rounded-l-md",
            position.goesOn ? "border-r-0" : "rounded-r-md",
            looksOf(turn, people)
          )}
        >
          <span className="hidden truncate px-1.5 @min-[5rem]:block">{name}</span>
          <span className="hidden @min-[1.25rem]:block @min-[5rem]:hidden">
            {turn.userId === null ? "!" : initialsOf(name)}
          </span>
        </Popover.Trigger>
        <Popover.Portal>
          <Popover.Content
            sideOffset={6}
            collisionPadding={8}
            className="z-40 grid w-72 gap-1 rounded-lg border border-line bg-raised p-3 text-sm shadow-lg"
          >
            <p className="font-medium">{turn.userId === null ? "Nobody is on call" : name}</p>
            <p>{spanText(turn, zone)}</p>
            <p className="text-xs text-muted">
              {lengthText(turn.end.epochMilliseconds - turn.start.epochMilliseconds)} · {zoneText(turn.start, zone)}
            </p>
            {turn.overrideId !== null && <p className="text-xs text-muted">By an override</p>}
            {actionsFor?.(turn)}
            <Popover.Arrow className="fill-raised" />
          </Popover.Content>
        </Popover.Portal>
      </Popover.Root>
    </li>
  )
}
