import type { DeadLetterState } from "@innkeeper/runtime/api"
import { CircleCheck, LoaderCircle, MailWarning, Trash2 } from "lucide-react"
import { Badge, type Tone } from "../ui/Badge.tsx"

/** How each state of a dead letter is named and drawn. */
export const deadLetterStates: Record<
  DeadLetterState,
  { readonly label: string; readonly tone: Tone; readonly Icon: typeof Trash2 }
> = {
  dead: { label: "Dead", tone: "critical", Icon: MailWarning },
  replaying: { label: "Replaying", tone: "accent", Icon: LoaderCircle },
  replayed: { label: "Replayed", tone: "ok", Icon: CircleCheck },
  discarded: { label: "Discarded", tone: "neutral", Icon: Trash2 }
}

export function DeadLetterBadge({ state }: { readonly state: DeadLetterState }) {
  const { Icon, label, tone } = deadLetterStates[state]
  return <Badge tone={tone} icon={<Icon aria-hidden />}>{label}</Badge>
}
