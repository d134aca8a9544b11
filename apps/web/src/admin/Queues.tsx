import { type JobId, type JobRecord, JobState } from "@innkeeper/runtime/api"
import { Schema } from "effect"
import { ListOrdered } from "lucide-react"
import { Loaded } from "../api/Loaded.tsx"
import { useSearchState } from "../forms/useSearchState.ts"
import { EmptyState } from "../ui/EmptyState.tsx"
import { Field, Select } from "../ui/Field.tsx"
import { Page, PageHeader } from "../ui/PageHeader.tsx"
import { RowButton } from "../ui/RowButton.tsx"
import { Table, Td, Th } from "../ui/Table.tsx"
import { Time } from "../ui/Time.tsx"
import { JobBadge } from "./JobBadge.tsx"
import { JobDialog } from "./JobDialog.tsx"
import { jobStates } from "./jobStates.ts"
import { Listed } from "./Listed.tsx"
import { QueueTable } from "./QueueTable.tsx"
import { useAdminPages, useAdminQuery } from "./useAdmin.ts"
import { useTenantName } from "./useTenantName.ts"

const View = Schema.Struct({
  queue: Schema.optionalKey(Schema.String),
  state: Schema.optionalKey(JobState),
  job: Schema.optionalKey(Schema.String)
})

interface View {
  readonly queue?: string | undefined
  readonly state?: JobState | undefined
  /** Id of the job that is looked at. */
  readonly job?: string | undefined
}

/** Queues of background jobs, and the jobs of all tenants. */
export function Queues() {
  const [view, setView] = useSearchState<View>(View, {})
  const { queue, state } = view
  const tenantName = useTenantName()
  const queues = useAdminQuery(["queues"], (api) => api.jobs.queues())
  const pages = useAdminPages(
    ["jobs", queue, state],
    (cursor) => (api) =>
      api.jobs.search({
        query: {
          ...(queue === undefined ? {} : { queue: queue.slice(0, 200) }),
          ...(state === undefined ? {} : { state }),
          ...(cursor === null ? {} : { cursor: cursor as JobId })
        }
      })
  )
  return (
    <Page>
      <PageHeader title="Queues">
        Background jobs of all tenants: what waits, for how long, and what nobody could do
      </PageHeader>
      <Loaded query={queues} rows={2}>
        {(queues) =>
          queues.length === 0
            ? (
              <EmptyState title="No queues yet" icon={<ListOrdered />}>
                They show up as soon as a pod runs jobs of one.
              </EmptyState>
            )
            : <QueueTable queues={queues} onChoose={(queue) => setView({ queue })} />}
      </Loaded>
      <div className="flex flex-wrap items-end gap-3 pt-6 pb-3">
        <h2 className="flex-1 basis-full text-sm font-semibold sm:basis-0">Jobs</h2>
        <Field label="Queue" className="min-w-36 flex-1 sm:max-w-52">
          <Select value={queue ?? ""} onChange={({ target }) => setView({ queue: target.value || undefined })}>
            <option value="">All</option>
            {queues.data?.map(({ queue }) => <option key={queue} value={queue}>{queue}</option>)}
          </Select>
        </Field>
        <Field label="State" className="min-w-36 flex-1 sm:max-w-52">
          <Select
            value={state ?? ""}
            onChange={({ target }) => setView({ state: target.value === "" ? undefined : target.value as JobState })}
          >
            <option value="">All</option>
            {JobState.literals.map((state) => <option key={state} value={state}>{jobStates[state].label}</option>)}
          </Select>
        </Field>
      </div>
      <Listed
        pages={pages}
        empty={
          <p className="rounded-lg border border-line bg-surface p-4 text-sm text-muted">
            {queue === undefined && state === undefined ? "There are no jobs." : "No job fits what you look for."}
          </p>
        }
      >
        {(jobs) => (
          <Table
            label="Jobs"
            head={
              <>
                <Th>Job</Th>
                <Th className="max-md:hidden">Queue</Th>
                <Th className="max-md:hidden">Tenant</Th>
                <Th className="text-right max-sm:hidden">Attempt</Th>
                <Th className="max-sm:hidden">Due</Th>
                <Th>State</Th>
              </>
            }
          >
            {jobs.map((job) => (
              <Row
                key={job.id}
                job={job}
                tenant={tenantName(job.tenantId)}
                onOpen={() => setView({ job: job.id })}
              />
            ))}
          </Table>
        )}
      </Listed>
      {view.job !== undefined && (
        <JobDialog
          id={view.job as JobId}
          tenantName={tenantName}
          onClose={() => setView({ job: undefined })}
        />
      )}
    </Page>
  )
}

function Row({ job, tenant, onOpen }: {
  readonly job: JobRecord
  readonly tenant: string
  readonly onOpen: () => void
}) {
  return (
    <tr className="hover:bg-hover">
      <Td className="w-full max-w-0">
        <RowButton onOpen={onOpen}>{job.name}</RowButton>
        <p className="truncate text-xs text-muted">{job.error?.split("\n", 1)[0] ?? job.progressText ?? job.key}</p>
      </Td>
      <Td className="max-md:hidden">{job.queue}</Td>
      <Td className="max-md:hidden">{tenant}</Td>
      <Td className="text-right whitespace-nowrap max-sm:hidden">{job.attempt} of {job.attempts}</Td>
      <Td className="max-sm:hidden">
        <Time at={job.dueAt} />
      </Td>
      <Td>
        <JobBadge state={job.state} />
      </Td>
    </tr>
  )
}
