import type { Alert, IncidentId } from "@innkeeper/oncall/api"
import { ExternalLink, Inbox } from "lucide-react"
import { problemText } from "../api/problem.ts"
import { Badge } from "../ui/Badge.tsx"
import { Button } from "../ui/Button.tsx"
import { EmptyState } from "../ui/EmptyState.tsx"
import { ErrorState } from "../ui/ErrorState.tsx"
import { PriorityBadge } from "../ui/PriorityBadge.tsx"
import { Skeleton } from "../ui/Skeleton.tsx"
import { Time } from "../ui/Time.tsx"
import { useAlerts } from "./queries.ts"
import { safeLink } from "./safeLink.ts"

const actions = { trigger: "Trigger", acknowledge: "Acknowledgement", resolve: "Resolution" } as const

/** The alerts of an incident as their senders told them. */
export function Alerts({ id }: { readonly id: IncidentId }) {
  const alerts = useAlerts(id)
  if (alerts.items === undefined) {
    return alerts.error === null
      ? <Skeleton rows={3} />
      : <ErrorState message={problemText(alerts.error)} onRetry={alerts.retry} busy={alerts.isFetching} />
  }
  if (alerts.items.length === 0) {
    return (
      <EmptyState icon={<Inbox />} title="No alert came in for this incident">Somebody opened it by hand.</EmptyState>
    )
  }
  return (
    <>
      <ul className="divide-y divide-line" aria-label="Alerts">
        {alerts.items.map((alert) => <AlertItem key={alert.id} alert={alert} />)}
      </ul>
      {alerts.hasMore && (
        <div className="pt-3 text-center">
          <Button busy={alerts.isLoadingMore} onClick={alerts.loadMore}>Load more</Button>
        </div>
      )}
    </>
  )
}

function AlertItem({ alert }: { readonly alert: Alert }) {
  const labels = Object.entries(alert.labels)
  return (
    <li className="grid grid-cols-1 gap-2 py-3 first:pt-0">
      <div className="flex flex-wrap items-center gap-x-2 gap-y-1">
        <span dir="auto" className="min-w-0 text-sm font-medium break-words">{alert.summary}</span>
        <span className="ml-auto text-xs text-muted">
          <Time at={alert.receivedAt} />
        </span>
      </div>
      <div className="flex flex-wrap items-center gap-x-2 gap-y-1 text-xs text-muted">
        <Badge>{actions[alert.action]}</Badge>
        <PriorityBadge priority={alert.priority} />
        {alert.source !== "" && <span className="break-all">from {alert.source}</span>}
        {alert.integrationName !== null && <span className="min-w-0">through {alert.integrationName}</span>}
      </div>
      {alert.details !== null && <p dir="auto" className="text-sm break-words whitespace-pre-wrap">{alert.details}</p>}
      {labels.length > 0 && (
        <dl className="flex flex-wrap gap-1" aria-label="Labels">
          {labels.map(([key, value]) => (
            <div key={key} className="flex max-w-full rounded border border-line bg-canvas font-mono text-xs">
              <dt className="border-r border-line px-1.5 py-0.5 text-muted">{key}</dt>
              <dd className="min-w-0 px-1.5 py-0.5 break-all">{value}</dd>
            </div>
          ))}
        </dl>
      )}
      {alert.links.length > 0 && (
        <ul className="flex flex-wrap gap-x-4 gap-y-1 text-sm">
          {alert.links.map(({ href, text }, index) => {
            const target = safeLink(href)
            return (
              <li key={index} className="min-w-0 break-all">
                {target === null ? `${text} ${href}` : (
                  <a
                    href={target}
                    target="_blank"
                    rel="noreferrer"
                    className="inline-flex items-center gap-1 text-accent underline"
                  >
                    {text === "" ? target : text}
                    <ExternalLink aria-hidden className="size-3.5 shrink-0" />
                  </a>
                )}
              </li>
            )
          })}
        </ul>
      )}
      <details className="text-xs">
        <summary className="cursor-pointer py-1 text-muted">
          Dedup key <code className="font-mono break-all">{alert.dedupKey}</code> · Show what was sent
        </summary>
        <pre
          tabIndex={0}
          aria-label="What was sent"
          className="mt-1 max-h-96 overflow-auto rounded-md border border-line bg-canvas p-3 font-mono whitespace-pre-wrap wrap-anywhere"
        >
          {JSON.stringify(alert.payload, null, 2)}
        </pre>
      </details>
    </li>
  )
}
