import { type RunCursor, type WorkflowRun, WorkflowStatus } from "@innkeeper/runtime/api"
import { Link } from "@tanstack/react-router"
import { Schema } from "effect"
import { Workflow } from "lucide-react"
import { useSearchState } from "../forms/useSearchState.ts"
import { EmptyState } from "../ui/EmptyState.tsx"
import { Field, Select } from "../ui/Field.tsx"
import { Page, PageHeader } from "../ui/PageHeader.tsx"
import { Table, Td, Th } from "../ui/Table.tsx"
import { Time } from "../ui/Time.tsx"
import { lengthText } from "./amounts.ts"
import { Listed } from "./Listed.tsx"
import { RunBadge } from "./RunBadge.tsx"
import { runStatuses } from "./runStatuses.ts"
import { SearchField } from "./SearchField.tsx"
import { useAdminPages, useAdminQuery } from "./useAdmin.ts"
import { useTenantName } from "./useTenantName.ts"

const View = Schema.Struct({
  workflow: Schema.optionalKey(Schema.String),
  status: Schema.optionalKey(WorkflowStatus),
  text: Schema.optionalKey(Schema.String)
})

interface View {
  readonly workflow?: string | undefined
  readonly status?: WorkflowStatus | undefined
  readonly text?: string | undefined
}

/** Fewer letters than this are not looked for by the API. */
const leastText = 3

/** Runs of workflows of all tenants. */
export function Runs() {
  const [view, setView] = useSearchState<View>(View, {})
  const { status, workflow } = view
  const text = (view.text ?? "").length < leastText ? undefined : view.text?.slice(0, 200)
  const workflows = useAdminQuery(["workflows"], (api) => api.workflowRuns.workflows(), { every: 60_000 })
  const tenantName = useTenantName()
  const pages = useAdminPages(
    ["runs", workflow, status, text],
    (cursor) => (api) =>
      api.workflowRuns.search({
        query: {
          ...(workflow === undefined ? {} : { workflow }),
          ...(status === undefined ? {} : { status }),
          ...(text === undefined ? {} : { text }),
          ...(cursor === null ? {} : { cursor: cursor as RunCursor })
        }
      })
  )
  const isFiltered = workflow !== undefined || status !== undefined || text !== undefined
  return (
    <Page>
      <PageHeader title="Workflow runs">
        What runs durably, newest first. Secrets in inputs and outputs are left out.
      </PageHeader>
      <div className="flex flex-wrap items-end gap-3 pb-4">
        <SearchField
          value={view.text ?? ""}
          placeholder="Words of the input, or a run's id"
          minLength={leastText}
          onChange={(text) => setView({ text })}
        />
        <Field label="Workflow" className="min-w-40 flex-1 sm:max-w-64">
          <Select value={workflow ?? ""} onChange={({ target }) => setView({ workflow: target.value || undefined })}>
            <option value="">All</option>
            {workflows.data?.map((name) => <option key={name} value={name}>{name}</option>)}
          </Select>
        </Field>
        <Field label="Status" className="min-w-40 flex-1 sm:max-w-52">
          <Select
            value={status ?? ""}
            onChange={({ target }) =>
              setView({ status: target.value === "" ? undefined : target.value as WorkflowStatus })}
          >
            <option value="">All</option>
            {WorkflowStatus.literals.map((status) => (
              <option key={status} value={status}>{runStatuses[status].label}</option>
            ))}
          </Select>
        </Field>
      </div>
      <Listed
        pages={pages}
        empty={
          <EmptyState title="No runs" icon={<Workflow />}>
            {isFiltered ? "None fits what you look for." : "They show up as soon as a workflow starts."}
          </EmptyState>
        }
      >
        {(runs) => (
          <Table
            label="Runs"
            head={
              <>
                <Th>Run</Th>
                <Th className="max-md:hidden">Tenant</Th>
                <Th className="max-sm:hidden">Started</Th>
                <Th className="max-md:hidden">Took</Th>
                <Th>Status</Th>
              </>
            }
          >
            {runs.map((run) => <Row key={`${run.workflow}/${run.id}`} run={run} tenantName={tenantName} />)}
          </Table>
        )}
      </Listed>
    </Page>
  )
}

function Row({ run, tenantName }: { readonly run: WorkflowRun; readonly tenantName: (id: string) => string }) {
  const { finishedAt, id, input, reason, startedAt, status, tenantId, workflow } = run
  return (
    <tr className="hover:bg-hover">
      <Td className="w-full max-w-0">
        <Link
          to="/admin/runs/$runId"
          params={{ runId: id }}
          className="block max-w-full truncate font-medium text-accent hover:underline pointer-coarse:-my-2 pointer-coarse:py-3"
        >
          {workflow}
        </Link>
        <p className="truncate font-mono text-xs text-muted">{reason ?? JSON.stringify(input)}</p>
      </Td>
      <Td className="max-md:hidden">{tenantId === null ? "–" : tenantName(tenantId)}</Td>
      <Td className="max-sm:hidden">
        <Time at={startedAt} />
      </Td>
      <Td className="whitespace-nowrap max-md:hidden">
        {finishedAt === null ? "–" : lengthText((finishedAt.epochMilliseconds - startedAt.epochMilliseconds) / 1000)}
      </Td>
      <Td>
        <RunBadge status={status} />
      </Td>
    </tr>
  )
}
