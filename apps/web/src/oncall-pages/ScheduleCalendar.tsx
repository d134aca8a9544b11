import type { Calendar, OverrideId } from "@innkeeper/oncall/api"
import { DateTime } from "effect"
import { useState } from "react"
import { problemText } from "../api/problem.ts"
import { useMay, useMe } from "../api/useMe.ts"
import { useAction } from "../api/useQuery.ts"
import type { CalendarWindow } from "../lanes/CalendarRange.ts"
import { firstUnanswered } from "../lanes/firstUnanswered.ts"
import type { Span } from "../lanes/lanePositions.ts"
import type { Turn } from "../lanes/scheduleLanes.ts"
import { TimeLanes } from "../lanes/TimeLanes.tsx"
import { useIsDeactivated, useNameOf } from "../people/usePeople.ts"
import { Button } from "../ui/Button.tsx"
import { useToasts } from "../ui/Toast.tsx"
import { OverrideForm } from "./OverrideForm.tsx"
import { UnansweredAlert } from "./UnansweredAlert.tsx"

/** The picture of a schedule, in which turns can be given away and overrides taken back. */
export function ScheduleCalendar({ calendar, window, zone, now }: {
  readonly calendar: Calendar
  readonly window: CalendarWindow
  readonly zone: DateTime.TimeZone
  readonly now: DateTime.Utc
}) {
  const nameOf = useNameOf()
  const isDeactivated = useIsDeactivated()
  const mayOverride = useMay("oncall:override")
  const viewer = useMe().data?.user?.id ?? ""
  const toasts = useToasts()
  const [span, setSpan] = useState<Span | null>(null)
  const { schedule } = calendar
  const remove = useAction(
    (overrideId: OverrideId) => (api) => api.schedules.removeOverride({ params: { id: schedule.id, overrideId } }),
    {
      invalidates: ["schedule"],
      onDone: () => toasts.done("The override is removed."),
      onFailed: (error) => toasts.failed(problemText(error))
    }
  )

  const actionsFor = ({ end, overrideId, start, userId }: Turn) => {
    if (overrideId !== null) {
      return <Button busy={remove.isPending} onClick={() => remove.mutate(overrideId)}>Remove override</Button>
    }
    if (DateTime.isLessThanOrEqualTo(end, now)) return null
    return (
      <Button onClick={() => setSpan({ start: DateTime.max(start, now), end })}>
        {userId === null ? "Fill the gap" : "Override"}
      </Button>
    )
  }
  const unanswered = firstUnanswered(calendar, { isDeactivated }, now)
  return (
    <>
      {unanswered !== null && <UnansweredAlert span={unanswered} {...{ zone, now }} />}
      <TimeLanes {...{ calendar, window, zone, now, nameOf, isDeactivated }} {...(mayOverride && { actionsFor })} />
      {span !== null && <OverrideForm {...{ schedule, span, zone, viewer }} onClose={() => setSpan(null)} />}
    </>
  )
}
