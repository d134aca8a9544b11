import { classes } from "../ui/classes.ts"
import type { Lane } from "./scheduleLanes.ts"
import { TurnBar, type TurnContext } from "./TurnBar.tsx"

/** The turns of one lane over the whole width. */
export function LaneTrack({ lane, ...context }: TurnContext & { readonly lane: Lane }) {
  const height = lane.kind === "final" ? "h-10" : "h-7"
  return (
    <div className="grid gap-1 py-1.5">
      {lane.rows.length === 0 && (
        <p className={classes("relative z-10 flex items-center px-2 text-xs text-muted", height)}>none</p>
      )}
      {lane.rows.map((turns, row) => (
        <ol key={row} aria-label={lane.name} className={classes("relative", height)}>
          {turns.map((turn) => (
            <TurnBar key={`${turn.start.epochMilliseconds}-${turn.overrideId}`} turn={turn} {...context} />
          ))}
        </ol>
      ))}
    </div>
  )
}
