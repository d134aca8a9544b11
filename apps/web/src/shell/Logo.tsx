import { ConciergeBell } from "lucide-react"

/** The name of the house. */
export function Logo() {
  return (
    <span className="inline-flex items-center gap-2 font-semibold">
      <span aria-hidden className="grid size-7 place-items-center rounded-md bg-accent text-accent-ink">
        <ConciergeBell className="size-4.5" />
      </span>
      Innkeeper
    </span>
  )
}
