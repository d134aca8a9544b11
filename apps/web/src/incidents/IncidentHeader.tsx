import type { Incident, Priority } from "@innkeeper/oncall/api"
import { Link } from "@tanstack/react-router"
import { ArrowLeft } from "lucide-react"
import { PriorityBadge } from "../ui/PriorityBadge.tsx"
import { StatusBadge } from "../ui/StatusBadge.tsx"
import { Time } from "../ui/Time.tsx"
import { useTitle } from "../ui/useTitle.ts"
import { IncidentTitle } from "./IncidentTitle.tsx"
import { PriorityField } from "./PriorityField.tsx"

/** What is broken, how urgent it is, and who has it. */
export function IncidentHeader({ incident, onPriority }: {
  readonly incident: Incident
  /** Absent when the viewer may not change it. */
  readonly onPriority: ((priority: Priority) => void) | undefined
}) {
  useTitle(`#${incident.number} ${incident.title}`)
  const { acknowledgedAt, acknowledgedBy, paged, resolvedAt, resolvedBy } = incident
  return (
    <header className="grid grid-cols-1 gap-3">
      <div className="flex items-center gap-2 text-sm text-muted">
        <Link
          to="/incidents"
          search={true}
          className="control -ml-2 inline-flex items-center gap-1 rounded-md px-2 hover:bg-hover hover:text-ink"
        >
          <ArrowLeft aria-hidden className="size-4" />
          Incidents
        </Link>
        <span className="tabular-nums">#{incident.number}</span>
        <span aria-hidden>·</span>
        <span className="min-w-0 truncate">{incident.serviceName}</span>
      </div>
      <IncidentTitle title={incident.title} />
      <div className="flex flex-wrap items-center gap-2">
        <StatusBadge status={incident.status} />
        {onPriority === undefined
          ? <PriorityBadge priority={incident.priority} />
          : <PriorityField priority={incident.priority} onChange={onPriority} />}
      </div>
      <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1 text-sm [&_dt]:text-muted">
        <dt>Opened</dt>
        <dd>
          <Time at={incident.createdAt} absolute /> (<Time at={incident.createdAt} />)
        </dd>
        {acknowledgedAt !== null && acknowledgedBy !== null && (
          <>
            <dt>Acknowledged</dt>
            <dd>
              <Time at={acknowledgedAt} absolute /> by {acknowledgedBy.name}
            </dd>
          </>
        )}
        {resolvedAt !== null && resolvedBy !== null && (
          <>
            <dt>Resolved</dt>
            <dd>
              <Time at={resolvedAt} absolute /> by {resolvedBy.name}
            </dd>
          </>
        )}
        {paged.length > 0 && (
          <>
            <dt>Paged</dt>
            <dd>{paged.map(({ name }) => name).join(", ")}</dd>
          </>
        )}
      </dl>
    </header>
  )
}
