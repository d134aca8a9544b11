import type { Priority } from "@innkeeper/oncall/api"
import { ChevronDown, ChevronsUp, ChevronUp, Equal, Info } from "lucide-react"
import { Badge, type Tone } from "./Badge.tsx"

/** How each priority is named and drawn: a word, a shape of its own, and a colour. */
export const priorities: Record<Priority, { readonly label: string; readonly tone: Tone; readonly Icon: typeof Info }> =
  {
    critical: { label: "Critical", tone: "critical", Icon: ChevronsUp },
    high: { label: "High", tone: "high", Icon: ChevronUp },
    medium: { label: "Medium", tone: "medium", Icon: Equal },
    low: { label: "Low", tone: "low", Icon: ChevronDown },
    info: { label: "Info", tone: "neutral", Icon: Info }
  }

export function PriorityBadge({ priority }: { readonly priority: Priority }) {
  const { Icon, label, tone } = priorities[priority]
  return <Badge tone={tone} icon={<Icon aria-hidden strokeWidth={2.5} />}>{label}</Badge>
}
