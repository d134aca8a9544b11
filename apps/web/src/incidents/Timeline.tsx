import type { IncidentId, TimelineEntry, TimelineKind } from "@innkeeper/oncall/api"
import {
  AlarmClockOff,
  ArrowRightLeft,
  BellRing,
  CircleCheck,
  Eye,
  LifeBuoy,
  MailCheck,
  MailX,
  OctagonAlert,
  Repeat,
  Send,
  SignalHigh,
  SkipForward,
  StickyNote
} from "lucide-react"
import { Loaded } from "../api/Loaded.tsx"
import { classes } from "../ui/classes.ts"
import { Time } from "../ui/Time.tsx"
import { useViewerZone } from "../ui/zone.tsx"
import { useTimeline } from "./queries.ts"

const looks: Record<TimelineKind, { readonly Icon: typeof Eye; readonly colour?: string }> = {
  "triggered": { Icon: BellRing, colour: "text-critical" },
  "acknowledged": { Icon: Eye, colour: "text-accent" },
  "acknowledgement-expired": { Icon: AlarmClockOff, colour: "text-high" },
  "resolved": { Icon: CircleCheck, colour: "text-ok" },
  "note": { Icon: StickyNote },
  "paged": { Icon: Send },
  "page-delivered": { Icon: MailCheck },
  "page-failed": { Icon: MailX, colour: "text-critical" },
  "step-skipped": { Icon: SkipForward, colour: "text-high" },
  "repeated": { Icon: Repeat },
  "last-resort": { Icon: LifeBuoy, colour: "text-high" },
  "exhausted": { Icon: OctagonAlert, colour: "text-critical" },
  "reassigned": { Icon: ArrowRightLeft },
  "priority-changed": { Icon: SignalHigh }
}

/** What happened, oldest first, in the viewer's zone. */
export function Timeline({ id }: { readonly id: IncidentId }) {
  const timeline = useTimeline(id)
  const zone = useViewerZone()
  return (
    <Loaded query={timeline} rows={4}>
      {(entries) => (
        <>
          <ol className="grid grid-cols-1" aria-label="Timeline">
            {entries.map((entry) => <Entry key={entry.id} entry={entry} />)}
          </ol>
          <p className="pt-2 text-xs text-muted">Times in {zone}.</p>
        </>
      )}
    </Loaded>
  )
}

function Entry({ entry }: { readonly entry: TimelineEntry }) {
  const { colour, Icon } = looks[entry.kind]
  const isNote = entry.kind === "note"
  return (
    <li className="group relative grid grid-cols-[1.75rem_1fr] gap-2.5 pb-4 last:pb-0">
      <span aria-hidden className="absolute top-7 bottom-0 left-3.5 w-px bg-line group-last:hidden" />
      <span aria-hidden className={classes("grid size-7 place-items-center rounded-full bg-hover", colour)}>
        <Icon className="size-4" />
      </span>
      <div className="min-w-0 pt-0.5">
        <p
          dir="auto"
          className={classes(
            "text-sm break-words whitespace-pre-wrap",
            isNote && "rounded-md border border-line bg-canvas px-3 py-2"
          )}
        >
          {entry.text}
        </p>
        <p className="flex flex-wrap gap-x-1.5 text-xs text-muted">
          <span className="min-w-0">{entry.actor.name}</span>
          <span aria-hidden>·</span>
          <Time at={entry.at} absolute withSeconds />
          <span aria-hidden>·</span>
          <Time at={entry.at} />
        </p>
      </div>
    </li>
  )
}
