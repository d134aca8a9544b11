import { ScheduleId } from "@innkeeper/oncall/api"
import { Link, useParams } from "@tanstack/react-router"
import { DateTime, Schema } from "effect"
import { SearchX } from "lucide-react"
import { Loaded } from "../api/Loaded.tsx"
import { problemStatus } from "../api/problem.ts"
import { useQuery } from "../api/useQuery.ts"
import { useSearchState } from "../forms/useSearchState.ts"
import { useZone } from "../forms/useZone.ts"
import { CalendarDay, calendarDayAt, CalendarRange, firstDayOf, windowOf } from "../lanes/CalendarRange.ts"
import { zoneText } from "../lanes/momentText.ts"
import { buttonClasses } from "../ui/Button.tsx"
import { EmptyState } from "../ui/EmptyState.tsx"
import { Page } from "../ui/PageHeader.tsx"
import { useNow } from "../ui/useNow.ts"
import { CalendarToolbar } from "./CalendarToolbar.tsx"
import { useCalendar } from "./queries.ts"
import { ScheduleCalendar } from "./ScheduleCalendar.tsx"
import { ScheduleHeader } from "./ScheduleHeader.tsx"

/** What is drawn: `day` is any day of the range; `zone` says by whose clock, the viewer's when left out. */
const View = Schema.Struct({
  range: Schema.optionalKey(CalendarRange),
  day: Schema.optionalKey(CalendarDay),
  zone: Schema.optionalKey(Schema.Literal("schedule"))
})

const isScheduleId = Schema.is(ScheduleId)

/** One schedule: its calendar, its overrides, its layers. */
export function Schedule() {
  const { scheduleId } = useParams({ from: "/signed-in/schedules/$scheduleId" })
  return isScheduleId(scheduleId) ? <Known key={scheduleId} id={scheduleId} /> : <Unknown />
}

function Unknown() {
  return (
    <EmptyState
      isPage
      icon={<SearchX />}
      title="There is no such schedule"
      action={<Link to="/schedules" className={buttonClasses("primary")}>Go to the schedules</Link>}
    >
      It may have been deleted, or the link is incomplete or belongs to another organisation.
    </EmptyState>
  )
}

function Known({ id }: { readonly id: ScheduleId }) {
  const now = useNow()
  const viewerZone = useZone()
  const [view, setView] = useSearchState<typeof View.Type>(View, {})
  const schedule = useQuery(["schedule", "one", id], (api) => api.schedules.get({ params: { id } }))

  const zone = view.zone === undefined || schedule.data === undefined
    ? viewerZone
    : DateTime.zoneMakeNamedUnsafe(schedule.data.timeZone)
  const range = view.range ?? "fortnight"
  const today = calendarDayAt(now, zone)
  const first = firstDayOf(range, view.day ?? today)
  const window = windowOf(range, first, zone)
  const calendar = useCalendar(id, window)

  if (schedule.data === undefined && problemStatus(schedule.error) === 404) return <Unknown />
  return (
    <Page>
      <Loaded query={schedule}>
        {(schedule) => {
          const scheduleZone = DateTime.zoneMakeNamedUnsafe(schedule.timeZone)
          return (
            <>
              <ScheduleHeader schedule={schedule} now={now} zone={zone} />
              <CalendarToolbar
                {...{ range, first, today }}
                zones={[
                  { value: "", label: `My time: ${zoneText(now, viewerZone)}` },
                  { value: "schedule", label: `Schedule's: ${zoneText(now, scheduleZone)}` }
                ]}
                zone={view.zone ?? ""}
                onChange={({ zone, ...change }) =>
                  setView({
                    ...change,
                    ...(zone === undefined ? {} : { zone: zone === "schedule" ? zone : undefined })
                  } as Partial<typeof View.Type>)}
              />
              <Loaded query={calendar}>
                {(calendar) => <ScheduleCalendar {...{ calendar, window, zone, now }} />}
              </Loaded>
            </>
          )
        }}
      </Loaded>
    </Page>
  )
}
