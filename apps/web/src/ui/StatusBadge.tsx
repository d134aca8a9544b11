import type { IncidentStatus } from "@innkeeper/oncall/api"
import { BellRing, CircleCheck, Eye } from "lucide-react"
import { Badge, type Tone } from "./Badge.tsx"

/** How each state of an incident is named and drawn. */
export const statuses: Record<
  IncidentStatus,
  { readonly label: string; readonly tone: Tone; readonly Icon: typeof Eye }
> = {
  triggered: { label: "Triggered", tone: "critical", Icon: BellRing },
  acknowledged: { label: "Acknowledged", tone: "accent", Icon: Eye },
  resolved: { label: "Resolved", tone: "ok", Icon: CircleCheck }
}

export function StatusBadge({ status }: { readonly status: IncidentStatus }) {
  const { Icon, label, tone } = statuses[status]
  return <Badge tone={tone} icon={<Icon aria-hidden />}>{label}</Badge>
}
