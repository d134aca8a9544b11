import type { HistoryEntry } from "@innkeeper/runtime/api"
import { Link } from "@tanstack/react-router"
import { AlarmClock, CircleSlash, Cog, GitFork, Radio, StickyNote } from "lucide-react"
import type { ReactNode } from "react"
import { classes } from "../ui/classes.ts"
import { Time } from "../ui/Time.tsx"
import { lengthText } from "./amounts.ts"
import { RunBadge } from "./RunBadge.tsx"

const icons: Record<HistoryEntry["_tag"], typeof Cog> = {
  Activity: Cog,
  Timer: AlarmClock,
  Signal: Radio,
  Cancel: CircleSlash,
  State: StickyNote,
  Child: GitFork
}

const colourOf = (entry: HistoryEntry): string | undefined => {
  if (entry._tag === "Cancel") return "text-high"
  if (entry._tag !== "Activity") return undefined
  switch (entry.outcome) {
    case "succeeded":
      return "text-ok"
    case "failed":
      return "text-critical"
    case "running":
      return "text-accent"
    case "waiting":
    case "held":
      return "text-high"
  }
}

/** How long it took, where both ends are known. */
const tookOf = (entry: HistoryEntry): string | null =>
  "endedAt" in entry && entry.endedAt !== null
    ? lengthText((entry.endedAt.epochMilliseconds - entry.at.epochMilliseconds) / 1000)
    : null

/** What happened in a run, oldest first. */
export function RunHistory({ history }: { readonly history: ReadonlyArray<HistoryEntry> }) {
  return (
    <ol className="grid grid-cols-1" aria-label="History">
      {history.map((entry, index) => <Entry key={index} entry={entry} />)}
    </ol>
  )
}

function Entry({ entry }: { readonly entry: HistoryEntry }) {
  const Icon = icons[entry._tag]
  const took = tookOf(entry)
  return (
    <li className="group relative grid grid-cols-[1.75rem_minmax(0,1fr)] gap-2.5 pb-4 last:pb-0">
      <span aria-hidden className="absolute top-7 bottom-0 left-3.5 w-px bg-line group-last:hidden" />
      <span aria-hidden className={classes("grid size-7 place-items-center rounded-full bg-hover", colourOf(entry))}>
        <Icon className="size-4" />
      </span>
      <div className="min-w-0 pt-0.5">
        <div className="text-sm wrap-anywhere">{wordsOf(entry)}</div>
        <p className="flex flex-wrap gap-x-1.5 text-xs text-muted">
          <Time at={entry.at} absolute withSeconds />
          {took !== null && (
            <>
              <span aria-hidden>·</span>
              <span>took {took}</span>
            </>
          )}
        </p>
      </div>
    </li>
  )
}

/** An entry in words. */
const wordsOf = (entry: HistoryEntry): ReactNode => {
  switch (entry._tag) {
    case "Activity":
      return (
        <>
          <p>
            <span className="font-medium">{entry.name}</span> {outcomes[entry.outcome]}
            {entry.attempt > 1 && <span className="text-muted">, attempt {entry.attempt}</span>}
          </p>
          {entry.reason !== null && <Value value={entry.reason} label="Reason" />}
          {entry.output !== null && <Value value={entry.output} label="Result" />}
        </>
      )
    case "Timer":
      return (
        <p>
          <span className="font-medium">{entry.name}</span> {entry.endedAt === null ? "waits until" : "waited until"}
          {" "}
          <Time at={entry.dueAt} absolute withSeconds />
        </p>
      )
    case "Signal":
      return (
        <>
          <p>
            Signal <span className="font-medium">{entry.name}</span>
          </p>
          {entry.value !== null && <Value value={entry.value} label="Value" />}
        </>
      )
    case "State":
      return (
        <>
          <p>
            Published <span className="font-medium">{entry.name}</span>
          </p>
          <Value value={entry.value} label="Value" />
        </>
      )
    case "Child":
      return (
        <p className="flex flex-wrap items-center gap-x-2">
          <span>
            Started{" "}
            <Link
              to="/admin/runs/$runId"
              params={{ runId: entry.id }}
              className="inline-flex min-h-6 items-center font-medium text-accent underline"
            >
              {entry.name}
            </Link>
          </span>
          <RunBadge status={entry.status} />
        </p>
      )
    case "Cancel":
      return <p>Somebody asked for the run to be cancelled</p>
  }
}

const outcomes: Record<Extract<HistoryEntry, { readonly _tag: "Activity" }>["outcome"], string> = {
  running: "is running",
  waiting: "was interrupted and runs again",
  held: "waits for a newer version",
  succeeded: "succeeded",
  failed: "failed"
}

function Value({ value, label }: { readonly value: unknown; readonly label: string }) {
  return (
    <details className="text-xs">
      <summary className="w-fit cursor-pointer text-muted pointer-coarse:py-2">{label}</summary>
      <pre className="mt-1 rounded bg-canvas p-2 font-mono wrap-anywhere whitespace-pre-wrap">
        {typeof value === "string" ? value : JSON.stringify(value, null, 2)}
      </pre>
    </details>
  )
}
