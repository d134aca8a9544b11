import type { TenantSlug } from "@innkeeper/config"
import type { OperationRequest, TenantPlan } from "@innkeeper/platform/api"
import { useMutation } from "@tanstack/react-query"
import { useState } from "react"
import { runAdmin } from "../adminClient.ts"

/** A request, and what it would do. */
export interface Planned {
  readonly slug: TenantSlug
  readonly request: OperationRequest
  readonly plan: TenantPlan
}

/** Asks what an operation would do, and keeps the last answer until it is let go. Each question takes the place of the last. */
export const usePlanned = () => {
  const [planned, setPlanned] = useState<Planned | null>(null)
  const asking = useMutation({
    mutationFn: ({ request, slug }: Omit<Planned, "plan">) =>
      runAdmin((api) => api.lifecycle.plan({ params: { slug }, payload: request })),
    onSuccess: (plan, asked) => setPlanned({ ...asked, plan })
  })
  return {
    planned,
    ask: asking.mutate,
    isAsking: asking.isPending,
    /** What is asked while there is no answer yet. */
    asked: asking.isPending ? asking.variables.request : null,
    error: asking.error,
    letGo: () => {
      setPlanned(null)
      asking.reset()
    }
  }
}
