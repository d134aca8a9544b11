import { isUnderWay, type ManagedTenant, type OperationRequest } from "@innkeeper/platform/api"
import { problemText } from "../../api/problem.ts"
import { Button } from "../../ui/Button.tsx"
import { Card } from "../../ui/Card.tsx"
import { consequenceOf, operationKinds } from "./operationKinds.ts"
import { PlanDialog } from "./PlanDialog.tsx"
import { usePlanned } from "./usePlanned.ts"

/** What can be done with a tenant as it is, each with what it means. Each shows its plan before anything is done. */
export function TenantActions({ tenant: { operation, possible, slug, state } }: { readonly tenant: ManagedTenant }) {
  const plan = usePlanned()
  const ask = (request: OperationRequest) => plan.ask({ slug, request })
  const actions = possible.flatMap((kind) => kind === "create" || kind === "apply" ? [] : [kind])
  return (
    <Card title="What can be done">
      {actions.length === 0
        ? (
          <p className="text-sm text-muted">
            {operation !== null && isUnderWay(operation.status)
              ? "Nothing until what is under way has ended."
              : state === "offboarded"
              ? "Nothing any more: what was kept of it was deleted at the end of its retention."
              : "Nothing but to work on its configuration."}
          </p>
        )
        : (
          <ul className="grid grid-cols-1 gap-4">
            {actions.map((kind) => {
              const { Icon, verb } = operationKinds[kind]
              return (
                <li key={kind} className="grid grid-cols-1 justify-items-start gap-1.5">
                  <Button
                    icon={<Icon aria-hidden className="size-4" />}
                    busy={plan.asked?.kind === kind && plan.planned === null}
                    onClick={() => ask({ kind })}
                  >
                    {verb}…
                  </Button>
                  <p className="text-xs text-muted">{consequenceOf(kind, state)}</p>
                </li>
              )
            })}
          </ul>
        )}
      {plan.planned === null && plan.error !== null && (
        <p role="alert" className="mt-3 rounded-md bg-critical-soft px-3 py-2 text-sm text-critical">
          {problemText(plan.error)}
        </p>
      )}
      {plan.planned !== null && (
        <PlanDialog
          planned={plan.planned}
          state={state}
          isPlanning={plan.isAsking}
          planError={plan.error}
          onPlan={ask}
          onClose={plan.letGo}
        />
      )}
    </Card>
  )
}
