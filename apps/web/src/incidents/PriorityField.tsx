import { Priority } from "@innkeeper/oncall/api"
import { Check, ChevronDown } from "lucide-react"
import { Menu, MenuItem } from "../ui/Menu.tsx"
import { priorities, PriorityBadge } from "../ui/PriorityBadge.tsx"

/** The priority as a badge that opens a menu of all. A letter alone changes nothing. */
export function PriorityField({ priority, onChange }: {
  readonly priority: Priority
  readonly onChange: (priority: Priority) => void
}) {
  return (
    <Menu
      align="start"
      trigger={
        <button
          type="button"
          data-printed
          aria-label={`Change the priority: ${priorities[priority].label}`}
          className="control inline-flex items-center gap-0.5 rounded-md px-1 text-muted hover:bg-hover"
        >
          <PriorityBadge priority={priority} />
          <ChevronDown aria-hidden className="size-4" />
        </button>
      }
    >
      {Priority.literals.map((one) => (
        <MenuItem key={one} disabled={one === priority} onSelect={() => onChange(one)}>
          <PriorityBadge priority={one} />
          {one === priority && <Check aria-label="as now" className="ml-auto size-4" />}
        </MenuItem>
      ))}
    </Menu>
  )
}
