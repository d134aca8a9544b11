import type { Incident } from "@innkeeper/oncall/api"
import { Link } from "@tanstack/react-router"
import { Layers, OctagonAlert } from "lucide-react"
import { useRef } from "react"
import { Badge } from "../ui/Badge.tsx"
import { PriorityBadge } from "../ui/PriorityBadge.tsx"
import { StatusBadge } from "../ui/StatusBadge.tsx"
import { Time } from "../ui/Time.tsx"
import { useFlash } from "../ui/useFlash.ts"
import { outlookOf } from "./escalationText.ts"

/** One incident of the list: what is broken first, how urgent, and who has it. */
export function IncidentRow({ incident }: { readonly incident: Incident }) {
  const element = useRef<HTMLAnchorElement>(null)
  useFlash(element, incident.updatedAt)
  const holder = incident.acknowledgedBy ?? incident.paged.at(-1)
  return (
    <Link
      ref={element}
      to="/incidents/$incidentId"
      params={{ incidentId: incident.id }}
      search={true}
      data-incident={incident.id}
      className="grid grid-cols-1 gap-1 px-4 py-2.5 [contain-intrinsic-size:auto_4rem] [content-visibility:auto] hover:bg-hover focus-visible:-outline-offset-2 data-[status=active]:bg-accent-soft"
    >
      <span className="flex min-w-0 items-baseline gap-2">
        <span className="text-sm text-muted tabular-nums">#{incident.number}</span>
        <span dir="auto" className="line-clamp-2 min-w-0 flex-1 font-medium break-words">{incident.title}</span>
        <span className="shrink-0 text-xs text-muted">
          <Time at={incident.createdAt} />
        </span>
      </span>
      <span className="flex items-center gap-x-2 text-xs text-muted">
        <StatusBadge status={incident.status} />
        <PriorityBadge priority={incident.priority} />
        <span className="min-w-0 truncate">
          {incident.serviceName}
          {incident.status !== "resolved" && holder !== undefined
            && `, ${incident.acknowledgedBy === null ? "paged" : "by"} ${holder.name}`}
        </span>
        <NextStep incident={incident} />
        {incident.alertCount > 1 && (
          <span
            className="ml-auto inline-flex shrink-0 items-center gap-1 tabular-nums"
            title="Alerts of this incident"
          >
            <Layers aria-hidden className="size-3.5" />
            {incident.alertCount}
            <span className="sr-only">alerts</span>
          </span>
        )}
      </span>
    </Link>
  )
}

/** When who is paged next; or that all were and nobody answered. */
function NextStep({ incident }: { readonly incident: Incident }) {
  const outlook = outlookOf(incident)
  if (outlook === "unanswered") {
    return <Badge tone="critical" icon={<OctagonAlert aria-hidden />}>Nobody answered</Badge>
  }
  const { next = null, nextStepAt = null } = incident.escalation ?? {}
  if (outlook !== "pages" || next === null || nextStepAt === null) return null
  return (
    <span className="shrink-0 max-sm:hidden">
      {next.kind === "last-resort" ? "last resort" : "next level"} <Time at={nextStepAt} />
    </span>
  )
}
