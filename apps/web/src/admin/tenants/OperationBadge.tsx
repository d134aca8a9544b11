import type { OperationStatus } from "@innkeeper/platform/api"
import { Badge } from "../../ui/Badge.tsx"
import { operationStatuses } from "./operationStatuses.ts"

export function OperationBadge({ status }: { readonly status: OperationStatus }) {
  const { Icon, label, tone } = operationStatuses[status]
  return <Badge tone={tone} icon={<Icon aria-hidden />}>{label}</Badge>
}
