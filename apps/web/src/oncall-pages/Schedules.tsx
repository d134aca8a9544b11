import type { OnCall, Schedule } from "@innkeeper/oncall/api"
import { Link, useNavigate } from "@tanstack/react-router"
import type { DateTime } from "effect"
import { CalendarPlus, TriangleAlert } from "lucide-react"
import { useState } from "react"
import { useZone } from "../forms/useZone.ts"
import { momentText, zoneText } from "../lanes/momentText.ts"
import { DeactivatedMark } from "../people/DeactivatedMark.tsx"
import { PersonMark } from "../people/PersonMark.tsx"
import { useIsDeactivated, useNameOf } from "../people/usePeople.ts"
import { Table, Td, Th } from "../ui/Table.tsx"
import { useNow } from "../ui/useNow.ts"
import { CataloguePage } from "./CataloguePage.tsx"
import { useOnCall, useSchedules } from "./queries.ts"
import { ScheduleForm } from "./ScheduleForm.tsx"

/** All schedules, with who has them now. */
export function Schedules() {
  const zone = useZone()
  const now = useNow()
  const schedules = useSchedules()
  const onCall = useOnCall(null, now)
  const navigate = useNavigate()
  const [creating, setCreating] = useState(false)
  return (
    <CataloguePage
      title="Schedules"
      about={<>Who takes turns, and when · times in {zoneText(now, zone)}</>}
      query={schedules}
      create={{
        label: "Create schedule",
        icon: <CalendarPlus aria-hidden className="size-4" />,
        onClick: () => setCreating(true)
      }}
      empty={{
        title: "No schedule yet",
        icon: <CalendarPlus />,
        text: "A schedule says who is on call when. An escalation policy then pages whoever has it."
      }}
      words={({ name, timeZone }) => [name, timeZone]}
      list={(schedules) => (
        <Table
          label="Schedules"
          head={
            <>
              <Th>Schedule</Th>
              <Th>On call now</Th>
              <Th className="max-sm:hidden">Next</Th>
              <Th className="max-md:hidden">Zone</Th>
            </>
          }
        >
          {schedules.map((schedule) => (
            <Row
              key={schedule.id}
              schedule={schedule}
              now={now}
              onCall={onCall.data?.find(({ scheduleId }) => scheduleId === schedule.id)}
            />
          ))}
        </Table>
      )}
    >
      {creating && (
        <ScheduleForm
          schedule={null}
          onClose={() => setCreating(false)}
          onSaved={({ id }) => void navigate({ to: "/schedules/$scheduleId", params: { scheduleId: id } })}
        />
      )}
    </CataloguePage>
  )
}

function Row({ schedule, now, onCall }: {
  readonly schedule: Schedule
  readonly now: DateTime.Utc
  readonly onCall: typeof OnCall.Type | undefined
}) {
  const zone = useZone()
  const nameOf = useNameOf()
  const isDeactivated = useIsDeactivated()
  return (
    <tr className="hover:bg-hover">
      <Td className="min-w-24 wrap-anywhere">
        <Link
          to="/schedules/$scheduleId"
          params={{ scheduleId: schedule.id }}
          className="font-medium underline-offset-2 hover:underline pointer-coarse:inline-block pointer-coarse:py-2"
        >
          {schedule.name}
        </Link>
        <p className="text-xs text-muted">
          {schedule.layers.length === 1 ? "1 layer" : `${schedule.layers.length} layers`}
        </p>
      </Td>
      <Td className="min-w-24 wrap-anywhere">
        {onCall?.current && (
          <div className="flex items-center gap-2">
            <PersonMark name={nameOf(onCall.current.userId)} />
            <div className="min-w-0">
              <p>{nameOf(onCall.current.userId)}</p>
              {isDeactivated(onCall.current.userId) && <DeactivatedMark />}
              <p className="text-xs text-muted">until {momentText(onCall.current.end, zone, now)}</p>
            </div>
          </div>
        )}
        {onCall?.current === null && (
          <p className="flex items-center gap-1.5 font-medium text-critical">
            <TriangleAlert aria-hidden className="size-4" />nobody
          </p>
        )}
      </Td>
      <Td className="min-w-24 wrap-anywhere max-sm:hidden">
        {onCall?.next && (
          <>
            <p>{nameOf(onCall.next.userId)}</p>
            {isDeactivated(onCall.next.userId) && <DeactivatedMark />}
            <p className="text-xs text-muted">from {momentText(onCall.next.start, zone, now)}</p>
          </>
        )}
      </Td>
      <Td className="text-muted max-md:hidden">{schedule.timeZone}</Td>
    </tr>
  )
}
