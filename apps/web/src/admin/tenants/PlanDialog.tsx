import type { TenantState } from "@innkeeper/platform/api"
import { useState } from "react"
import { problemText } from "../../api/problem.ts"
import { NumberInput } from "../../forms/NumberInput.tsx"
import { Button } from "../../ui/Button.tsx"
import { Dialog } from "../../ui/Dialog.tsx"
import { Field, TextInput } from "../../ui/Field.tsx"
import { useAdminAction } from "../useAdmin.ts"
import { consequenceOf, operationKinds } from "./operationKinds.ts"
import { PlanView } from "./PlanView.tsx"
import type { Planned } from "./usePlanned.ts"

/**
 * Shows what an operation would do, and does it after a yes; an off-boarding wants the tenant's slug typed. `onPlan` asks
 * for the plan of another request.
 */
export function PlanDialog({ planned, state, isPlanning, planError, onPlan, onClose, onAccepted }: {
  readonly planned: Planned
  readonly state: TenantState
  readonly isPlanning: boolean
  /** Why the last request could not be planned. */
  readonly planError: unknown
  readonly onPlan: (request: Planned["request"]) => void
  readonly onClose: () => void
  readonly onAccepted?: ((slug: Planned["slug"]) => void) | undefined
}) {
  const { plan, request, slug } = planned
  const { isDangerous, noun, title, verb } = operationKinds[plan.kind]
  const [typed, setTyped] = useState("")
  const [days, setDays] = useState(NaN)
  const daysAreRight = Number.isNaN(days) || (Number.isInteger(days) && days >= 0 && days <= 3650)
  const retention: { retentionDays?: number } = Number.isNaN(days) ? {} : { retentionDays: days }
  const isPlanned = request.kind !== "offboard" || request.retentionDays === retention.retentionDays
  const operate = useAdminAction(
    ({ request, slug }: Planned) => (api) => api.lifecycle.operate({ params: { slug }, payload: request }),
    {
      done: ({ operation }) => operation === null ? "It is so already." : `${noun} of ${slug} has begun`,
      onDone: () => {
        onClose()
        onAccepted?.(slug)
      },
      saysWhy: true
    }
  )
  const failure = planError ?? operate.error
  const needsSlug = plan.kind === "offboard" && !plan.unchanged
  return (
    <Dialog
      open
      wide
      onOpenChange={onClose}
      title={`${title} ${slug}`}
      description={consequenceOf(plan.kind, state)}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            tone={isDangerous ? "danger" : "primary"}
            busy={operate.isPending}
            disabled={plan.unchanged || isPlanning || !isPlanned || (needsSlug && typed !== slug)}
            onClick={() => operate.mutate(planned)}
          >
            {verb}
          </Button>
        </>
      }
    >
      <div className="grid grid-cols-1 gap-5" aria-busy={isPlanning || undefined}>
        <PlanView plan={plan} />
        {request.kind === "offboard" && state !== "offboarding" && (
          <Field
            label="Days until its data is deleted"
            hint="Empty: as this installation is set up. It can be restored until then."
            error={daysAreRight ? undefined : "This must be a number of days from 0 to 3650."}
            className="sm:max-w-80"
          >
            <NumberInput
              min={0}
              max={3650}
              value={days}
              onChange={setDays}
              onBlur={() => {
                if (daysAreRight && !isPlanned) onPlan({ kind: "offboard", ...retention })
              }}
            />
          </Field>
        )}
        {needsSlug && (
          <Field label={`Type ${slug} to off-board it`} hint="So that no other tenant is off-boarded by mistake.">
            <TextInput
              autoComplete="off"
              autoCapitalize="none"
              spellCheck={false}
              value={typed}
              onChange={({ target }) =>
                setTyped(target.value)}
            />
          </Field>
        )}
        {failure !== null && (
          <p role="alert" className="rounded-md bg-critical-soft px-3 py-2 text-sm text-critical">
            {problemText(failure)}
          </p>
        )}
      </div>
    </Dialog>
  )
}
