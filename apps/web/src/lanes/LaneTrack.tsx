import { Toolbar } from "radix-ui"
import { classes } from "../ui/classes.ts"
import type { Lane } from "./scheduleLanes.ts"
import { TurnBar, type TurnContext } from "./TurnBar.tsx"

/** The turns of one lane over the whole width. Tab goes from lane to lane, arrow keys from turn to turn. */
export function LaneTrack({ lane, ...context }: TurnContext & { readonly lane: Lane }) {
  const height = lane.kind === "final" ? "h-10" : "h-7"
  const rows = lane.rows.map((turns, row) => (
    <ol key={row} className={classes("relative", height)}>
      {turns.map((turn) => (
        <TurnBar key={`${turn.start.epochMilliseconds}-${turn.overrideId}`} turn={turn} {...context} />
      ))}
    </ol>
  ))
  if (rows.length === 0) {
    return <p className={classes("relative z-10 my-1.5 flex items-center px-2 text-xs text-muted", height)}>none</p>
  }
  return context.still === true
    ? <div aria-hidden className="grid gap-1 py-1.5">{rows}</div>
    : <Toolbar.Root aria-label={lane.name} className="grid gap-1 py-1.5">{rows}</Toolbar.Root>
}
