import type { TenantPlan } from "@innkeeper/platform/api"
import type { Schema } from "effect"
import { classes } from "../../ui/classes.ts"

/** A value of a field, short; words where there is none. */
const shown = (value: Schema.Json): string => {
  if (Array.isArray(value)) return value.length === 0 ? "none" : value.map(shown).join(", ")
  return typeof value === "object" ? JSON.stringify(value) : `${value}`
}

/** Fields of a configuration that change: what was there, and what comes; one that comes or goes has one of them. */
export function FieldChanges({ fields }: { readonly fields: TenantPlan["fields"] }) {
  return (
    <dl className="grid grid-cols-1 divide-y divide-line rounded-md border border-line" aria-label="Fields that change">
      {fields.map(({ after, before, field }) => (
        <div key={field} className="grid grid-cols-1 gap-x-4 gap-y-1 px-3 py-2 sm:grid-cols-[12rem_minmax(0,1fr)]">
          <dt className="font-mono text-xs leading-5 wrap-anywhere">{field}</dt>
          <dd className="grid grid-cols-1 gap-0.5 text-sm wrap-anywhere">
            {before !== null && <Value sign="−" says="before" value={before} className="text-critical" />}
            {after !== null && <Value sign="+" says="after" value={after} className="text-ok" />}
          </dd>
        </div>
      ))}
    </dl>
  )
}

function Value({ sign, says, value, className }: {
  readonly sign: string
  readonly says: string
  readonly value: Schema.Json
  readonly className: string
}) {
  return (
    <span className={classes("grid grid-cols-[1rem_minmax(0,1fr)]", className)}>
      <span aria-hidden className="font-mono select-none">{sign}</span>
      <span>
        <span className="sr-only">{says}:</span> {shown(value)}
      </span>
    </span>
  )
}
