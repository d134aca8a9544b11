import type { OperationStatus } from "@innkeeper/platform/api"
import { AlarmClock, CircleCheck, CircleSlash, CircleX, ListEnd, LoaderCircle, Undo2 } from "lucide-react"
import type { Tone } from "../../ui/Badge.tsx"

/** How each status of an operation is named and drawn. */
export const operationStatuses: Record<
  OperationStatus,
  { readonly label: string; readonly tone: Tone; readonly Icon: typeof CircleX }
> = {
  queued: { label: "Queued", tone: "neutral", Icon: ListEnd },
  running: { label: "Running", tone: "accent", Icon: LoaderCircle },
  waiting: { label: "Waiting", tone: "low", Icon: AlarmClock },
  undoing: { label: "Being undone", tone: "high", Icon: Undo2 },
  succeeded: { label: "Succeeded", tone: "ok", Icon: CircleCheck },
  failed: { label: "Failed", tone: "critical", Icon: CircleX },
  cancelled: { label: "Cancelled", tone: "neutral", Icon: CircleSlash }
}
