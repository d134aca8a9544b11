import { DateTime } from "effect"
import { DeactivatedMark } from "../people/DeactivatedMark.tsx"
import { classes } from "../ui/classes.ts"
import { initialsOf } from "./personMark.ts"
import type { Turn } from "./scheduleLanes.ts"
import type { TurnContext } from "./TurnBar.tsx"
import { isUnanswered, turnLength, turnSpan } from "./turnWords.ts"

/** The turns below one another, for narrow screens. */
export function TurnList({ turns, now, zone, people, actionsFor }: Omit<TurnContext, "extent"> & {
  readonly turns: ReadonlyArray<Turn>
}) {
  return (
    <ol className="divide-y divide-line">
      {turns.map((turn) => {
        const isNow = DateTime.isLessThanOrEqualTo(turn.start, now) && DateTime.isGreaterThan(turn.end, now)
        const name = turn.userId === null ? "Nobody" : people.nameOf(turn.userId)
        return (
          <li key={turn.start.epochMilliseconds} className="flex items-center gap-3 py-2.5">
            <span
              aria-hidden
              className={classes(
                "grid size-9 shrink-0 place-content-center rounded-full border text-xs font-medium",
                turn.userId === null || isUnanswered(turn, people)
                  ? "nobody border-dashed"
                  : `person person-${people.colourOf(turn.userId)}`
              )}
            >
              {turn.userId === null ? "!" : initialsOf(name)}
            </span>
            <div className="grid min-w-0 flex-1">
              <p className={classes("truncate font-medium", turn.userId === null && "text-critical")}>
                {name}
                {isNow && <span className="ml-2 text-xs text-accent">now</span>}
                {turn.overrideId !== null && <span className="ml-2 text-xs text-muted">override</span>}
              </p>
              {turn.userId !== null && people.isDeactivated(turn.userId) && <DeactivatedMark />}
              <p className="text-sm text-muted">{turnSpan(turn, zone, now)}</p>
              <p className="text-xs text-muted">{turnLength(turn)}</p>
            </div>
            {actionsFor?.(turn)}
          </li>
        )
      })}
    </ol>
  )
}
