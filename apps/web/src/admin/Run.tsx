import type { WorkflowRunDetail } from "@innkeeper/runtime/api"
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router"
import { CircleSlash, Play, RotateCcw } from "lucide-react"
import { useState } from "react"
import { Loaded } from "../api/Loaded.tsx"
import { Button } from "../ui/Button.tsx"
import { Card } from "../ui/Card.tsx"
import { ConfirmDialog } from "../ui/ConfirmDialog.tsx"
import { Page, PageHeader } from "../ui/PageHeader.tsx"
import { Skeleton } from "../ui/Skeleton.tsx"
import { Time } from "../ui/Time.tsx"
import { useViewerZone } from "../ui/zone.tsx"
import { lengthText } from "./amounts.ts"
import { BackLink } from "./BackLink.tsx"
import { Facts } from "./Facts.tsx"
import { JsonBlock } from "./JsonBlock.tsx"
import { RunBadge } from "./RunBadge.tsx"
import { RunHistory } from "./RunHistory.tsx"
import { actionsOf } from "./runStatuses.ts"
import { useAdminAction, useAdminQuery } from "./useAdmin.ts"
import { useTenantName } from "./useTenantName.ts"

const route = getRouteApi("/admin/runs/$runId")

/** One run of a workflow: what it was given, what happened in it, what came out, and what can be done. */
export function Run() {
  const { runId } = route.useParams()
  const run = useAdminQuery(["run", runId], (api) => api.workflowRuns.get({ params: { id: runId } }))
  return (
    <Page>
      <BackLink to="/admin/runs">All runs</BackLink>
      {run.isPlaceholderData
        ? <Skeleton />
        : <Loaded query={run}>{(detail) => <Detail key={runId} detail={detail} />}</Loaded>}
    </Page>
  )
}

function Detail({ detail: { history, retries, run } }: { readonly detail: WorkflowRunDetail }) {
  const tenantName = useTenantName()
  const zone = useViewerZone()
  const { finishedAt, parent, retryOf, startedAt, tenantId } = run
  return (
    <>
      <PageHeader title={run.workflow} actions={<Actions run={run} />}>
        <span className="flex flex-wrap items-center gap-x-2 gap-y-1">
          <RunBadge status={run.status} />
          <span className="font-mono text-xs break-all">{run.id}</span>
        </span>
      </PageHeader>
      <div className="grid grid-cols-1 items-start gap-4 lg:grid-cols-[minmax(0,1fr)_22rem]">
        <Card title="History" className="max-lg:order-2">
          {history.length === 0
            ? <p className="text-sm text-muted">Nothing has happened in it yet.</p>
            : (
              <>
                <RunHistory history={history} />
                <p className="pt-2 text-xs text-muted">Times in {zone}.</p>
              </>
            )}
        </Card>
        <Card title="Run">
          <div className="grid grid-cols-1 gap-4">
            <Facts
              facts={[
                ["Tenant", tenantId === null ? "–" : tenantName(tenantId)],
                ["Started", <Time key="started" at={startedAt} absolute withSeconds />],
                ...finishedAt === null ? [] : [
                  ["Finished", <Time key="finished" at={finishedAt} absolute withSeconds />],
                  ["Took", lengthText((finishedAt.epochMilliseconds - startedAt.epochMilliseconds) / 1000)]
                ] as const,
                ...parent === null
                  ? []
                  : [["Started by", <RunLink key="parent" id={parent.id} words={parent.workflow} />] as const],
                ...retryOf === null ? [] : [["Tries again", <RunLink key="retryOf" id={retryOf} />] as const],
                ...retries.map((id) => ["Tried again as", <RunLink key={id} id={id} />] as const)
              ]}
            />
            {run.reason !== null && <JsonBlock label="Why" value={run.reason} />}
            <JsonBlock label="Input" value={run.input} />
            {run.output !== null && <JsonBlock label="Output" value={run.output} />}
          </div>
        </Card>
      </div>
    </>
  )
}

function RunLink({ id, words }: { readonly id: string; readonly words?: string }) {
  return (
    <Link
      to="/admin/runs/$runId"
      params={{ runId: id }}
      className="inline-flex min-h-6 items-center text-accent underline"
    >
      {words ?? (id.length > 16 ? `…${id.slice(-12)}` : id)}
    </Link>
  )
}

function Actions({ run: { id, status } }: { readonly run: WorkflowRunDetail["run"] }) {
  const navigate = useNavigate()
  const [asksToCancel, setAsksToCancel] = useState(false)
  const cancel = useAdminAction((id: string) => (api) => api.workflowRuns.cancel({ params: { id } }), {
    done: () => "The run was asked to end",
    onDone: () => setAsksToCancel(false)
  })
  const resume = useAdminAction((id: string) => (api) => api.workflowRuns.resume({ params: { id } }), {
    done: () => "The run goes on"
  })
  const retry = useAdminAction((id: string) => (api) => api.workflowRuns.retry({ params: { id } }), {
    done: () => "Started anew",
    onDone: (run) => void navigate({ to: "/admin/runs/$runId", params: { runId: run.id } })
  })
  const actions = actionsOf(status)
  return (
    <>
      {actions.includes("cancel") && (
        <Button
          icon={<CircleSlash aria-hidden className="size-4" />}
          onClick={() => setAsksToCancel(true)}
        >
          Cancel run
        </Button>
      )}
      {actions.includes("resume") && (
        <Button
          busy={resume.isPending}
          icon={<Play aria-hidden className="size-4" />}
          onClick={() => resume.mutate(id)}
        >
          Resume
        </Button>
      )}
      {actions.includes("retry") && (
        <Button
          tone="primary"
          busy={retry.isPending}
          icon={<RotateCcw aria-hidden className="size-4" />}
          onClick={() => retry.mutate(id)}
        >
          Try again
        </Button>
      )}
      <ConfirmDialog
        open={asksToCancel}
        onOpenChange={setAsksToCancel}
        title="Cancel this run?"
        action="Cancel run"
        busy={cancel.isPending}
        onConfirm={() => cancel.mutate(id)}
      >
        It ends where it waits, after it has undone what it can undo. Runs that it waits for end, too.
      </ConfirmDialog>
    </>
  )
}
