import { CircleDashed, TriangleAlert, Wifi } from "lucide-react"
import { useIsOld } from "../api/useIsOld.ts"
import { useConnection } from "../live/LiveProvider.tsx"
import { classes } from "../ui/classes.ts"

const looks = {
  connecting: { Icon: CircleDashed, words: "Connecting", hint: "Changes appear once connected", colour: "text-muted" },
  connected: { Icon: Wifi, words: "Connected", hint: "Changes appear as they happen", colour: "text-ok" },
  reconnecting: {
    Icon: CircleDashed,
    words: "Reconnecting",
    hint: "The connection was lost a moment ago",
    colour: "text-high"
  },
  stale: { Icon: TriangleAlert, words: "Stale", hint: "What you see may be old", colour: "text-critical" }
} as const

/** Whether the page keeps itself up to date. */
export function ConnectionDot({ compact = false }: { readonly compact?: boolean }) {
  const { Icon, colour, hint, words } = looks[useConnection()]
  return (
    <span role="status" title={hint} className={classes("inline-flex items-center gap-1.5 text-xs", colour)}>
      <Icon aria-hidden className="size-3.5" />
      <span className={compact ? "sr-only sm:not-sr-only" : ""}>{words}</span>
    </span>
  )
}

/** A strip over the page while it may show old things: a stale page never looks fresh. */
export function StaleNotice() {
  const isCutOff = useConnection() === "stale"
  const isOld = useIsOld()
  if (!isCutOff && !isOld) return null
  return (
    <p role="alert" className="flex items-center gap-2 bg-critical px-4 py-1.5 text-sm font-medium text-critical-ink">
      <TriangleAlert aria-hidden className="size-4 shrink-0" />
      {isCutOff
        ? "No connection. What you see may be old. Reconnecting…"
        : "This could not be read anew. What you see may be old. Trying again…"}
    </p>
  )
}
