import type { TenantState } from "@innkeeper/platform/api"
import { Badge } from "../../ui/Badge.tsx"
import { tenantStates } from "./tenantStates.ts"

export function StateBadge({ state }: { readonly state: TenantState }) {
  const { Icon, label, tone } = tenantStates[state]
  return <Badge tone={tone} icon={<Icon aria-hidden />}>{label}</Badge>
}
