import type { JobState } from "@innkeeper/runtime/api"
import { Badge } from "../ui/Badge.tsx"
import { jobStates } from "./jobStates.ts"

export function JobBadge({ state }: { readonly state: JobState }) {
  const { Icon, label, tone } = jobStates[state]
  return <Badge tone={tone} icon={<Icon aria-hidden />}>{label}</Badge>
}
