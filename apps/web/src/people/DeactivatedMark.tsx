import { BellOff } from "lucide-react"

/** Says of somebody who has a turn that they are deactivated. */
export function DeactivatedMark() {
  return (
    <span className="inline-flex items-center gap-1 text-xs font-medium text-critical">
      <BellOff aria-hidden className="size-3.5 shrink-0" />
      deactivated: pages go to nobody
    </span>
  )
}
