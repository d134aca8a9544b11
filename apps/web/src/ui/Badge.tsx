import type { ReactNode } from "react"
import { classes } from "./classes.ts"

export type Tone = "neutral" | "accent" | "critical" | "high" | "medium" | "low" | "ok"

const tones: Record<Tone, string> = {
  neutral: "bg-hover text-muted",
  accent: "bg-accent-soft text-accent",
  critical: "bg-critical-soft text-critical",
  high: "bg-high-soft text-high",
  medium: "bg-medium-soft text-medium",
  low: "bg-low-soft text-low",
  ok: "bg-ok-soft text-ok"
}

/** A word about something, with a shape where the colour means something; cut off where it is longer than its place. */
export function Badge({ tone = "neutral", icon, children }: {
  readonly tone?: Tone
  readonly icon?: ReactNode
  readonly children: ReactNode
}) {
  return (
    <span
      className={classes(
        "inline-flex max-w-full shrink-0 items-center gap-1 rounded px-1.5 py-0.5 text-xs font-medium whitespace-nowrap [&>svg]:size-3.5",
        tones[tone]
      )}
    >
      {icon}
      <span className="truncate">{children}</span>
    </span>
  )
}
