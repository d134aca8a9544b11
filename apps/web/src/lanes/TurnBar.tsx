import type { DateTime } from "effect"
import { Popover, Toolbar } from "radix-ui"
import type { ReactNode } from "react"
import { DeactivatedMark } from "../people/DeactivatedMark.tsx"
import { classes } from "../ui/classes.ts"
import { type Extent, type Position, positionOf } from "./lanePositions.ts"
import { zoneText } from "./momentText.ts"
import type { People } from "./people.ts"
import { initialsOf } from "./personMark.ts"
import type { Turn } from "./scheduleLanes.ts"
import { isUnanswered, turnLength, turnName, turnSpan } from "./turnWords.ts"

export interface TurnContext {
  readonly extent: Extent
  readonly zone: DateTime.TimeZone
  readonly now: DateTime.Utc
  readonly people: People
  /** What can be done about a turn, shown with its details. */
  readonly actionsFor?: (turn: Turn) => ReactNode
  /** Draws the turns alone, where they are listed beside the picture. */
  readonly still?: boolean
}

/** The look of a turn; what reaches beyond the picture has an open end. */
const looksOf = (turn: Turn, people: People, { beganEarlier, goesOn }: Position) =>
  classes(
    "@container flex h-full w-full items-center justify-center overflow-hidden border text-xs",
    beganEarlier ? "border-l-0" : "rounded-l-md",
    goesOn ? "border-r-0" : "rounded-r-md",
    turn.userId === null || isUnanswered(turn, people)
      ? "nobody border-dashed font-medium"
      : `person person-${people.colourOf(turn.userId)}`
  )

/** A name where there is room for one, initials as a symbol of it where there is not, and nothing on the narrowest. */
function TurnText({ turn, people }: { readonly turn: Turn; readonly people: People }) {
  return (
    <>
      <span className="hidden truncate px-1.5 @min-[5rem]:block">{turnName(turn, people)}</span>
      <span
        data-initials={turn.userId === null ? "!" : initialsOf(people.nameOf(turn.userId))}
        className="hidden before:content-[attr(data-initials)] @min-[1.25rem]:block @min-[5rem]:hidden"
      />
    </>
  )
}

/** One turn on a lane. */
export function TurnBar({ turn, still = false, ...context }: TurnContext & { readonly turn: Turn }) {
  const position = positionOf(turn, context.extent)
  if (position === null) return null
  const looks = looksOf(turn, context.people, position)
  return (
    <li
      className="absolute inset-y-0 px-px"
      style={{ left: `${position.left}%`, width: `${position.width}%` }}
    >
      {still
        ? (
          <div className={looks}>
            <TurnText turn={turn} people={context.people} />
          </div>
        )
        : <TurnButton turn={turn} looks={looks} {...context} />}
    </li>
  )
}

/** A turn that opens its details. */
function TurnButton({ turn, looks, zone, now, people, actionsFor }: Omit<TurnContext, "still"> & {
  readonly turn: Turn
  readonly looks: string
}) {
  return (
    <Popover.Root>
      <Toolbar.Button asChild>
        <Popover.Trigger
          data-printed
          aria-label={`${turnName(turn, people)}, ${turnSpan(turn, zone, now)}`}
          className={classes(looks, "hover:brightness-95")}
        >
          <TurnText turn={turn} people={people} />
        </Popover.Trigger>
      </Toolbar.Button>
      <Popover.Portal>
        <Popover.Content
          sideOffset={6}
          collisionPadding={8}
          className="z-40 grid w-72 gap-1 rounded-lg border border-line bg-raised p-3 text-sm shadow-lg"
        >
          <p className="font-medium">{turn.userId === null ? "Nobody is on call" : people.nameOf(turn.userId)}</p>
          {turn.userId !== null && people.isDeactivated(turn.userId) && <DeactivatedMark />}
          <p>{turnSpan(turn, zone, now)}</p>
          <p className="text-xs text-muted">{turnLength(turn)} · {zoneText(turn.start, zone)}</p>
          {turn.overrideId !== null && <p className="text-xs text-muted">By an override</p>}
          {actionsFor?.(turn)}
          <Popover.Arrow className="fill-raised" />
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  )
}
