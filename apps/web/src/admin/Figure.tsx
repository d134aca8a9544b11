import { Link } from "@tanstack/react-router"
import type { ReactNode } from "react"
import { classes } from "../ui/classes.ts"

/** One number that tells how something stands; leads to the page that tells more. `isBad` says that it needs somebody. */
export function Figure({ label, value, note, to, isBad = false }: {
  readonly label: string
  readonly value: string
  readonly note?: ReactNode
  readonly to?: string
  readonly isBad?: boolean
}) {
  const content = (
    <>
      <span className="text-xs text-muted">{label}</span>
      <span className={classes("text-xl font-semibold tabular-nums", isBad && "text-critical")}>{value}</span>
      {note !== undefined && <span className="text-xs text-muted">{note}</span>}
    </>
  )
  const look = "grid content-start gap-0.5 rounded-lg border border-line bg-surface px-4 py-3"
  return (
    <li className="grid">
      {to === undefined
        ? <div className={look}>{content}</div>
        : <Link to={to} className={classes(look, "hover:bg-hover")}>{content}</Link>}
    </li>
  )
}

/** Numbers side by side. */
export function Figures({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <ul aria-label={label} className="grid grid-cols-2 gap-3 pb-4 md:grid-cols-3">
      {children}
    </ul>
  )
}
