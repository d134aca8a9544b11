import type { WorkflowStatus } from "@innkeeper/runtime/api"
import { Badge } from "../ui/Badge.tsx"
import { runStatuses } from "./runStatuses.ts"

export function RunBadge({ status }: { readonly status: WorkflowStatus }) {
  const { Icon, label, tone } = runStatuses[status]
  return <Badge tone={tone} icon={<Icon aria-hidden />}>{label}</Badge>
}
