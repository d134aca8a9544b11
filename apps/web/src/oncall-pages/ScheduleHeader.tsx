import type { Schedule } from "@innkeeper/oncall/api"
import { useNavigate } from "@tanstack/react-router"
import { DateTime } from "effect"
import { EllipsisVertical, Pencil, Trash2, UserRoundPen } from "lucide-react"
import { useState } from "react"
import { useMay, useMe } from "../api/useMe.ts"
import { RemoveDialog } from "../forms/RemoveDialog.tsx"
import { momentText } from "../lanes/momentText.ts"
import { turnName } from "../lanes/turnWords.ts"
import { DeactivatedMark } from "../people/DeactivatedMark.tsx"
import { useIsDeactivated, useNameOf } from "../people/usePeople.ts"
import { Button } from "../ui/Button.tsx"
import { IconButton } from "../ui/IconButton.tsx"
import { Menu, MenuItem } from "../ui/Menu.tsx"
import { PageHeader } from "../ui/PageHeader.tsx"
import { OverrideForm } from "./OverrideForm.tsx"
import { useOnCall } from "./queries.ts"
import { ScheduleForm } from "./ScheduleForm.tsx"

/** The schedule's name, and what can be done with it. */
export function ScheduleHeader({ schedule, now, zone }: {
  readonly schedule: Schedule
  readonly now: DateTime.Utc
  readonly zone: DateTime.TimeZone
}) {
  const mayConfigure = useMay("oncall:write")
  const mayOverride = useMay("oncall:override")
  const viewer = useMe().data?.user?.id ?? ""
  const [open, setOpen] = useState<"override" | "layers" | "delete" | null>(null)
  const close = () => setOpen(null)
  const navigate = useNavigate()
  return (
    <>
      <PageHeader
        title={schedule.name}
        actions={
          <>
            {mayOverride && (
              <Button
                tone="primary"
                icon={<UserRoundPen aria-hidden className="size-4" />}
                onClick={() => setOpen("override")}
              >
                Add override
              </Button>
            )}
            {mayConfigure && (
              <>
                <Button icon={<Pencil aria-hidden className="size-4" />} onClick={() => setOpen("layers")}>
                  Edit layers
                </Button>
                <Menu
                  trigger={
                    <IconButton label="More">
                      <EllipsisVertical aria-hidden />
                    </IconButton>
                  }
                >
                  <MenuItem danger icon={<Trash2 aria-hidden />} onSelect={() => setOpen("delete")}>Delete</MenuItem>
                </Menu>
              </>
            )}
          </>
        }
      >
        <OnCallNow {...{ schedule, now, zone }} />
      </PageHeader>
      {open === "override" && (
        <OverrideForm
          {...{ schedule, zone, viewer }}
          span={{ start: now, end: DateTime.add(now, { hours: 12 }) }}
          onClose={close}
        />
      )}
      {open === "layers" && <ScheduleForm schedule={schedule} onClose={close} />}
      {open === "delete" && (
        <RemoveDialog
          title={`Delete ${schedule.name}?`}
          action="Delete"
          remove={(api) => api.schedules.remove({ params: { id: schedule.id } })}
          invalidates={["schedule"]}
          onClose={close}
          onRemoved={() => void navigate({ to: "/schedules" })}
        >
          Its layers and overrides are deleted with it. A schedule that a policy pages cannot be deleted.
        </RemoveDialog>
      )}
    </>
  )
}

/** Who has the schedule at this moment, until when, and who follows. */
function OnCallNow({ schedule, now, zone }: {
  readonly schedule: Schedule
  readonly now: DateTime.Utc
  readonly zone: DateTime.TimeZone
}) {
  const nameOf = useNameOf()
  const isDeactivated = useIsDeactivated()
  const onCall = useOnCall(null, now).data?.find(({ scheduleId }) => scheduleId === schedule.id)
  if (onCall === undefined) return "…"
  const { current, next } = onCall
  const follower = next === null ? "" : `, then ${turnName(next, { nameOf, isDeactivated })}`
  if (current !== null) {
    return (
      <>
        <strong className="font-medium text-ink">{nameOf(current.userId)}</strong>{" "}
        {isDeactivated(current.userId) && <DeactivatedMark />} until {momentText(current.end, zone, now)}
        {follower}
      </>
    )
  }
  return (
    <span className="text-critical">
      Nobody is on call{next !== null && ` until ${momentText(next.start, zone, now)}`}
      {follower}
    </span>
  )
}
