import type { TenantSlug } from "@innkeeper/config"
import { isTold, lineText, type OperationId, type OperationLine } from "@innkeeper/platform/api"
import { useState } from "react"
import { Loaded } from "../../api/Loaded.tsx"
import { Button } from "../../ui/Button.tsx"
import { classes } from "../../ui/classes.ts"
import { Time } from "../../ui/Time.tsx"
import { useViewerZone } from "../../ui/zone.tsx"
import { useOperationLines } from "./useOperationLines.ts"

/** So many lines are shown at first, the newest. */
const newest = 200

/** What has happened in an operation, oldest first. */
export function OperationLines({ slug, id, live }: {
  readonly slug: TenantSlug
  readonly id: OperationId
  readonly live: boolean
}) {
  const lines = useOperationLines(slug, id, live)
  const zone = useViewerZone()
  const [showsAll, setShowsAll] = useState(false)
  return (
    <Loaded query={lines} rows={2}>
      {(lines) => {
        const told = lines.filter(isTold)
        if (told.length === 0) return <p className="text-sm text-muted">Nothing has happened in it yet.</p>
        const shown = showsAll ? told : told.slice(-newest)
        return (
          <div className="grid grid-cols-1 gap-2">
            {shown.length < told.length && (
              <Button className="w-fit" onClick={() => setShowsAll(true)}>Show all {told.length} lines</Button>
            )}
            <ol aria-label="What happened" className="grid grid-cols-1 gap-1">
              {shown.map((line) => <Line key={line.number} line={line} />)}
            </ol>
            <p className="text-xs text-muted">Times in {zone}.</p>
          </div>
        )
      }}
    </Loaded>
  )
}

const isBad = ({ event }: OperationLine) =>
  event !== null
  && (event._tag === "Failed" || (event._tag === "Progress" && event.status === "failed")
    || (event._tag === "Said" && event.level === "error"))

function Line({ line }: { readonly line: OperationLine }) {
  const isStep = line.event === null
  return (
    <li className="flex flex-wrap gap-x-3 text-sm sm:grid sm:grid-cols-[8.5rem_minmax(0,1fr)]">
      <span className="text-xs leading-5 text-muted tabular-nums">
        <Time at={line.at} absolute withSeconds />
      </span>
      <span
        className={classes(
          "basis-full wrap-anywhere whitespace-pre-line",
          isStep ? "font-medium" : "sm:pl-3",
          isBad(line) && "text-critical"
        )}
      >
        {lineText(line)}
      </span>
    </li>
  )
}
