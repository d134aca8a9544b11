import type { WebhookEndpoint } from "@innkeeper/platform/api"
import { CircleCheck, CircleSlash, TriangleAlert } from "lucide-react"
import { Badge } from "../ui/Badge.tsx"

/** Whether a webhook is called, and whether that works. */
export function WebhookState({ endpoint: { disabled, failingSince } }: { readonly endpoint: WebhookEndpoint }) {
  if (disabled !== null) {
    return (
      <Badge tone={disabled.because === "by-hand" ? "neutral" : "critical"} icon={<CircleSlash aria-hidden />}>
        disabled
      </Badge>
    )
  }
  return failingSince === null
    ? <Badge tone="ok" icon={<CircleCheck aria-hidden />}>enabled</Badge>
    : <Badge tone="high" icon={<TriangleAlert aria-hidden />}>failing</Badge>
}
