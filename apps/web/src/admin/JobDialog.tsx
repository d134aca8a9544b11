import type { JobDetail, JobId } from "@innkeeper/runtime/api"
import { CircleSlash, RotateCcw, Trash2 } from "lucide-react"
import { Loaded } from "../api/Loaded.tsx"
import { Button } from "../ui/Button.tsx"
import { Dialog } from "../ui/Dialog.tsx"
import { Time } from "../ui/Time.tsx"
import { Facts } from "./Facts.tsx"
import { JobBadge } from "./JobBadge.tsx"
import { JsonBlock } from "./JsonBlock.tsx"
import { useAdminAction, useAdminQuery } from "./useAdmin.ts"

/** One job: what it was given, how it went, and what to do with it. */
export function JobDialog({ id, tenantName, onClose }: {
  readonly id: JobId
  readonly tenantName: (id: string) => string
  readonly onClose: () => void
}) {
  const job = useAdminQuery(["job", id], (api) => api.jobs.get({ params: { id } }))
  return (
    <Dialog
      open
      wide
      onOpenChange={onClose}
      title={job.data?.name ?? "Job"}
      footer={job.data !== undefined && <Actions job={job.data} />}
    >
      <Loaded query={job}>{(job) => <Detail job={job} tenant={tenantName(job.tenantId)} />}</Loaded>
    </Dialog>
  )
}

function Detail({ job, tenant }: { readonly job: JobDetail; readonly tenant: string }) {
  const { finishedAt, progress, startedAt } = job
  return (
    <div className="grid grid-cols-1 gap-4">
      <Facts
        facts={[
          ["State", <JobBadge key="state" state={job.state} />],
          ["Queue", `${job.queue}, ${job.priority} priority`],
          ["Tenant", tenant],
          ...job.key === null ? [] : [["Key", job.key] as const],
          ["Attempt", `${job.attempt} of ${job.attempts}`],
          ...progress === null ? [] : [["Progress", <Progress key="progress" job={job} done={progress} />] as const],
          ["Created", <Time key="created" at={job.createdAt} absolute withSeconds />],
          ["Due", <Time key="due" at={job.dueAt} absolute withSeconds />],
          ...startedAt === null
            ? []
            : [["Started", <Time key="started" at={startedAt} absolute withSeconds />] as const],
          ...finishedAt === null
            ? []
            : [["Finished", <Time key="finished" at={finishedAt} absolute withSeconds />] as const],
          ["Id", <span key="id" className="font-mono text-xs">{job.id}</span>]
        ]}
      />
      {job.error !== null && <JsonBlock label="Error" value={job.error} />}
      <JsonBlock label="Payload" value={indented(job.payload)} />
      {job.result !== null && <JsonBlock label="Result" value={indented(job.result)} />}
    </div>
  )
}

/** JSON text, indented. */
const indented = (text: string): string => JSON.stringify(JSON.parse(text), null, 2)

function Progress({ job, done }: { readonly job: JobDetail; readonly done: number }) {
  return (
    <span className="flex flex-wrap items-center gap-2">
      <progress
        aria-label="Progress"
        value={done}
        max={1}
        className="h-2 w-32 appearance-none overflow-hidden rounded-full bg-hover [&::-moz-progress-bar]:bg-accent [&::-webkit-progress-bar]:bg-hover [&::-webkit-progress-value]:bg-accent"
      />
      {Math.round(done * 100)} %{job.progressText !== null && `, ${job.progressText}`}
    </span>
  )
}

function Actions({ job: { cancelRequested, id, state } }: { readonly job: JobDetail }) {
  const cancel = useAdminAction((id: JobId) => (api) => api.jobs.cancel({ params: { id } }), {
    done: (job) => job.state === "running" ? "The job was told to stop" : "Cancelled"
  })
  const discard = useAdminAction((id: JobId) => (api) => api.jobs.discard({ params: { id } }), {
    done: () => "Discarded"
  })
  const replay = useAdminAction((id: JobId) => (api) => api.jobs.replay({ params: { id } }), {
    done: () => "The job runs again"
  })
  const busy = cancel.isPending || discard.isPending || replay.isPending
  if (state === "dead") {
    return (
      <>
        <Button
          busy={discard.isPending}
          disabled={busy}
          icon={<Trash2 aria-hidden className="size-4" />}
          onClick={() => discard.mutate(id)}
        >
          Discard
        </Button>
        <Button
          tone="primary"
          busy={replay.isPending}
          disabled={busy}
          icon={<RotateCcw aria-hidden className="size-4" />}
          onClick={() => replay.mutate(id)}
        >
          Replay
        </Button>
      </>
    )
  }
  if (state === "succeeded" || state === "cancelled") return <p className="text-sm text-muted">It has ended.</p>
  return cancelRequested
    ? <p className="text-sm text-muted">It was told to stop.</p>
    : (
      <Button
        tone="danger"
        busy={cancel.isPending}
        icon={<CircleSlash aria-hidden className="size-4" />}
        onClick={() => cancel.mutate(id)}
      >
        Cancel job
      </Button>
    )
}
