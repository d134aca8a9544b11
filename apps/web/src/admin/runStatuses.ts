import type { WorkflowStatus } from "@innkeeper/runtime/api"
import { CircleCheck, CirclePause, CircleSlash, CircleX, Hourglass, LoaderCircle } from "lucide-react"
import type { Tone } from "../ui/Badge.tsx"

/** How each status of a run is named and drawn. */
export const runStatuses: Record<
  WorkflowStatus,
  { readonly label: string; readonly tone: Tone; readonly Icon: typeof CircleX }
> = {
  "running": { label: "Running", tone: "accent", Icon: LoaderCircle },
  "suspended": { label: "Waiting", tone: "low", Icon: CirclePause },
  "waiting-for-version": { label: "Needs a newer version", tone: "high", Icon: Hourglass },
  "succeeded": { label: "Succeeded", tone: "ok", Icon: CircleCheck },
  "failed": { label: "Failed", tone: "critical", Icon: CircleX },
  "cancelled": { label: "Cancelled", tone: "neutral", Icon: CircleSlash }
}

/** What can be done with a run. */
export type RunAction = "cancel" | "resume" | "retry"

/** What can be done with a run in a status, the most likely last. */
export const actionsOf = (status: WorkflowStatus): ReadonlyArray<RunAction> => {
  switch (status) {
    case "running":
    case "waiting-for-version":
      return ["cancel"]
    case "suspended":
      return ["cancel", "resume"]
    case "failed":
    case "cancelled":
      return ["retry"]
    case "succeeded":
      return []
  }
}
