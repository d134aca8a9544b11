import type { JobState } from "@innkeeper/runtime/api"
import { AlarmClock, CircleCheck, CircleSlash, CircleX, ListEnd, LoaderCircle } from "lucide-react"
import type { Tone } from "../ui/Badge.tsx"

/** How each state of a job is named and drawn. */
export const jobStates: Record<
  JobState,
  { readonly label: string; readonly tone: Tone; readonly Icon: typeof CircleX }
> = {
  scheduled: { label: "Scheduled", tone: "low", Icon: AlarmClock },
  ready: { label: "Ready", tone: "neutral", Icon: ListEnd },
  running: { label: "Running", tone: "accent", Icon: LoaderCircle },
  succeeded: { label: "Succeeded", tone: "ok", Icon: CircleCheck },
  cancelled: { label: "Cancelled", tone: "neutral", Icon: CircleSlash },
  dead: { label: "Dead", tone: "critical", Icon: CircleX }
}
