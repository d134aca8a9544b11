import type { TenantState } from "@innkeeper/platform/api"
import { Archive, CircleCheck, CirclePause, CircleX, Hammer, LogOut, Truck } from "lucide-react"
import type { Tone } from "../../ui/Badge.tsx"

/** How each state of a tenant is named and drawn, and what it means. */
export const tenantStates: Record<
  TenantState,
  { readonly label: string; readonly means: string; readonly tone: Tone; readonly Icon: typeof CircleX }
> = {
  provisioning: {
    label: "Being built",
    means: "It is being built and serves nobody yet.",
    tone: "accent",
    Icon: Hammer
  },
  active: { label: "Active", means: "It is served.", tone: "ok", Icon: CircleCheck },
  suspended: {
    label: "Suspended",
    means: "It keeps all that it has and answers nobody.",
    tone: "high",
    Icon: CirclePause
  },
  moving: {
    label: "Moving",
    means: "Its data moves to another database. It answers nobody for that while, and senders try again.",
    tone: "accent",
    Icon: Truck
  },
  offboarding: {
    label: "Off-boarding",
    means: "It answers nobody and has a backup. After the retention its data is deleted.",
    tone: "high",
    Icon: LogOut
  },
  offboarded: { label: "Off-boarded", means: "Its data is deleted; the backup stays.", tone: "neutral", Icon: Archive },
  failed: {
    label: "Failed",
    means: "It could not be built, and what was built is removed again. It can be created anew.",
    tone: "critical",
    Icon: CircleX
  }
}
