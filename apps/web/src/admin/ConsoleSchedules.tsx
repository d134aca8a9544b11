import type { ScheduleState } from "@innkeeper/runtime/api"
import { CalendarClock, CircleCheck, CircleSlash, CircleX, LoaderCircle } from "lucide-react"
import { Loaded } from "../api/Loaded.tsx"
import { Badge, type Tone } from "../ui/Badge.tsx"
import { EmptyState } from "../ui/EmptyState.tsx"
import { Page, PageHeader } from "../ui/PageHeader.tsx"
import { Table, Td, Th } from "../ui/Table.tsx"
import { Time } from "../ui/Time.tsx"
import { lengthText } from "./amounts.ts"
import { useAdminQuery } from "./useAdmin.ts"

const outcomes: Record<
  NonNullable<ScheduleState["lastOutcome"]>,
  { readonly label: string; readonly tone: Tone; readonly Icon: typeof CircleX }
> = {
  running: { label: "Running", tone: "accent", Icon: LoaderCircle },
  succeeded: { label: "Succeeded", tone: "ok", Icon: CircleCheck },
  failed: { label: "Failed", tone: "critical", Icon: CircleX },
  skipped: { label: "Skipped", tone: "high", Icon: CircleSlash }
}

/** What the platform does by itself at its times, and what became of it. */
export function ConsoleSchedules() {
  const schedules = useAdminQuery(["schedules"], (api) => api.platformSchedules.list())
  return (
    <Page>
      <PageHeader title="Schedules">Periodic tasks of the platform: each runs once at its time, on one pod</PageHeader>
      <Loaded query={schedules}>
        {(schedules) =>
          schedules.length === 0
            ? (
              <EmptyState title="No schedule yet" icon={<CalendarClock />}>
                They show up as soon as a pod runs one.
              </EmptyState>
            )
            : (
              <Table
                label="Schedules"
                head={
                  <>
                    <Th>Schedule</Th>
                    <Th>Last run</Th>
                    <Th className="max-sm:hidden">Took</Th>
                    <Th>Next run</Th>
                  </>
                }
              >
                {schedules.map((schedule) => <Row key={schedule.name} schedule={schedule} />)}
              </Table>
            )}
      </Loaded>
    </Page>
  )
}

function Row({ schedule }: { readonly schedule: ScheduleState }) {
  const outcome = schedule.lastOutcome === null ? null : outcomes[schedule.lastOutcome]
  return (
    <tr>
      <Td className="w-full max-w-0">
        <p className="font-medium wrap-anywhere">{schedule.name}</p>
        <p className="truncate text-xs text-muted">
          <code className="font-mono">{schedule.cron}</code> in {schedule.zone}
        </p>
        {schedule.lastError !== null && (
          <details className="text-xs">
            <summary className="w-fit cursor-pointer text-critical pointer-coarse:py-2">Why it failed</summary>
            <pre className="mt-1 rounded bg-canvas p-2 font-mono wrap-anywhere whitespace-pre-wrap">
              {schedule.lastError}
            </pre>
          </details>
        )}
      </Td>
      <Td>
        {schedule.lastRunAt === null || outcome === null
          ? <span className="text-muted">never</span>
          : (
            <span className="grid justify-items-start gap-0.5">
              <Badge tone={outcome.tone} icon={<outcome.Icon aria-hidden />}>{outcome.label}</Badge>
              <span className="text-xs text-muted">
                <Time at={schedule.lastRunAt} />
              </span>
            </span>
          )}
      </Td>
      <Td className="whitespace-nowrap max-sm:hidden">
        {schedule.lastDurationMs === null ? "–" : lengthText(schedule.lastDurationMs / 1000)}
      </Td>
      <Td>
        <span className="grid justify-items-start gap-0.5">
          <Time at={schedule.nextRunAt} />
          {schedule.late && <Badge tone="critical">late</Badge>}
        </span>
      </Td>
    </tr>
  )
}
