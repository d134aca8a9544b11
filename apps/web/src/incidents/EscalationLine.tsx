import type { Incident } from "@innkeeper/oncall/api"
import { Siren } from "lucide-react"
import { useNow } from "../ui/useNow.ts"
import { escalationText, outlookOf } from "./escalationText.ts"

/** What will happen next if nobody acts, counting down. */
export function EscalationLine({ incident }: { readonly incident: Incident }) {
  const now = useNow(1)
  const { escalation } = incident
  const text = escalationText(incident, now)
  if (text === null || escalation === null) return null
  const urgent = outlookOf(incident) !== "stopped"
  return (
    <p
      className={`flex gap-2 rounded-md px-3 py-2 text-sm tabular-nums ${
        urgent ? "bg-high-soft text-high" : "bg-hover text-muted"
      }`}
    >
      <Siren aria-hidden className="mt-0.5 size-4 shrink-0" />
      <span className="min-w-0">{text} ({escalation.policyName})</span>
    </p>
  )
}
