import type { TenantPlan } from "@innkeeper/platform/api"
import { TriangleAlert } from "lucide-react"
import type { ReactNode } from "react"
import { FieldChanges } from "./FieldChanges.tsx"
import { ResourceChanges } from "./ResourceChanges.tsx"

/** What an operation would do: what to beware of, which fields change, what becomes of the resources, and its steps. */
export function PlanView({ plan }: { readonly plan: TenantPlan }) {
  const { adapter, changes, fields, kind, steps, unchanged, warnings } = plan
  const isStated = kind === "create" || kind === "apply"
  if (unchanged) return <p className="text-sm">The tenant is as this asks already. Nothing changes.</p>
  return (
    // What scrolls has to be reached by keyboard (WCAG 2.1.1).
    <section aria-label="Plan" tabIndex={0} className="grid grid-cols-1 gap-5">
      {warnings.length > 0 && (
        <ul
          aria-label="Warnings"
          className="grid grid-cols-1 gap-1 rounded-md bg-high-soft px-3 py-2 text-sm text-high"
        >
          {warnings.map((warning) => (
            <li key={warning} className="flex items-start gap-2">
              <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0" />
              <span className="min-w-0 wrap-anywhere">{warning}</span>
            </li>
          ))}
        </ul>
      )}
      {fields.length > 0 && (
        <Part title="Configuration">
          <FieldChanges fields={fields} />
        </Part>
      )}
      {(adapter !== null || isStated) && (
        <Part title="Resources">
          {changes.length > 0
            ? <ResourceChanges changes={changes} />
            : (
              <p className="text-sm text-muted">
                {adapter === null
                  ? "Nothing has to be built for it: it shares what there is."
                  : "None of them changes."}
              </p>
            )}
        </Part>
      )}
      <Part title="Steps">
        <ol className="grid list-decimal grid-cols-1 gap-0.5 pl-5 text-sm">
          {steps.map((step, index) => <li key={index} className="wrap-anywhere">{step}</li>)}
        </ol>
      </Part>
    </section>
  )
}

function Part({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section className="grid grid-cols-1 gap-2">
      <h3 className="text-sm font-semibold">{title}</h3>
      <div>{children}</div>
    </section>
  )
}
