import { Priority } from "@innkeeper/oncall/api"
import { ChevronDown } from "lucide-react"
import { priorities, PriorityBadge } from "../ui/PriorityBadge.tsx"

/** The priority as a badge that opens the system's own list. */
export function PriorityField({ priority, onChange }: {
  readonly priority: Priority
  readonly onChange: (priority: Priority) => void
}) {
  return (
    <span className="control relative inline-flex items-center gap-0.5 rounded-md px-1 text-muted outline-offset-2 outline-accent hover:bg-hover has-focus-visible:outline-2">
      <PriorityBadge priority={priority} />
      <ChevronDown aria-hidden className="size-4" />
      <select
        aria-label="Change the priority"
        className="absolute inset-0 cursor-pointer opacity-0"
        value={priority}
        onChange={(event) => onChange(event.target.value as Priority)}
      >
        {Priority.literals.map((one) => <option key={one} value={one}>{priorities[one].label}</option>)}
      </select>
    </span>
  )
}
