import { Link } from "@tanstack/react-router"
import { classes } from "../ui/classes.ts"
import type { Destination } from "./destinations.ts"

const look =
  "control flex items-center gap-2.5 rounded-md px-2.5 text-sm font-medium text-muted hover:bg-hover hover:text-ink "
  + "data-[status=active]:bg-accent-soft data-[status=active]:text-accent"

export function NavItem({ destination, onGo }: {
  readonly destination: Destination
  readonly onGo?: () => void
}) {
  const { external, Icon, label, to } = destination
  const content = (
    <>
      <Icon aria-hidden className="size-4.5 shrink-0" />
      {label}
    </>
  )
  return external === true
    ? <a href={to} target="_blank" rel="noreferrer" className={look}>{content}</a>
    : <Link to={to} onClick={onGo} className={look}>{content}</Link>
}

/** A place of the phone's bottom bar: picture over word. */
export const bottomItem = classes(
  "flex min-h-14 flex-1 flex-col items-center justify-center gap-0.5 text-xs font-medium text-muted",
  "data-[status=active]:text-accent"
)
