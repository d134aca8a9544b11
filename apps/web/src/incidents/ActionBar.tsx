import type { Incident } from "@innkeeper/oncall/api"
import { ArrowRightLeft, CircleCheck, Eye, StickyNote } from "lucide-react"
import { Button } from "../ui/Button.tsx"
import type { Act } from "./useIncidentActions.ts"

/** What one can do about an incident; within the thumb's reach on a phone. `pending` says what the server has yet to answer. */
export function ActionBar({ incident, pending, onAcknowledge, onResolve, onReassign, onNote }: {
  readonly incident: Incident
  readonly pending: Act["kind"] | undefined
  readonly onAcknowledge: () => void
  readonly onResolve: () => void
  readonly onReassign: () => void
  readonly onNote: () => void
}) {
  const triggered = incident.status === "triggered"
  return (
    <div
      role="group"
      aria-label="Actions"
      className="flex gap-2 max-lg:fixed print:hidden max-lg:inset-x-0 max-lg:bottom-[calc(3.5rem+env(safe-area-inset-bottom))] max-lg:z-20 max-lg:border-t max-lg:border-line max-lg:bg-surface max-lg:px-3 max-lg:py-2 max-lg:*:flex-1 max-lg:*:px-2 max-sm:gap-1.5 max-sm:px-2 max-sm:*:px-1"
    >
      {triggered && (
        <Button
          tone="primary"
          busy={pending === "acknowledge"}
          icon={<Eye aria-hidden className="size-4" />}
          onClick={onAcknowledge}
        >
          {pending === "acknowledge" ? "Acknowledging…" : "Acknowledge"}
        </Button>
      )}
      {incident.status !== "resolved" && (
        <>
          <Button
            tone={triggered ? "plain" : "primary"}
            busy={pending === "resolve"}
            icon={<CircleCheck aria-hidden className="size-4 max-sm:hidden" />}
            onClick={onResolve}
          >
            {pending === "resolve" ? "Resolving…" : "Resolve"}
          </Button>
          <Button
            busy={pending === "reassign"}
            icon={<ArrowRightLeft aria-hidden className="size-4 max-sm:hidden" />}
            onClick={onReassign}
          >
            {pending === "reassign" ? "Reassigning…" : "Reassign"}
          </Button>
        </>
      )}
      <Button icon={<StickyNote aria-hidden className="size-4 max-sm:hidden" />} onClick={onNote}>Note</Button>
    </div>
  )
}
