import { NumberInput } from "../../forms/NumberInput.tsx"
import { Field } from "../../ui/Field.tsx"
import type { ConfigDraft } from "./configDraft.ts"

type Quota = keyof ConfigDraft["quotas"]

interface QuotaField {
  readonly quota: Quota
  readonly label: string
  /** Where the configuration has it. */
  readonly path: string
  readonly hint?: string
  /** Takes fractions. */
  readonly any?: true
}

const shared: ReadonlyArray<QuotaField> = [
  { quota: "users", label: "People", path: "quotas.users" },
  { quota: "alertsPerMinute", label: "Alerts in a minute", path: "quotas.alertsPerMinute" },
  { quota: "retentionDays", label: "Days that data is kept", path: "quotas.retentionDays" }
]

const own: ReadonlyArray<QuotaField> = [
  { quota: "cpu", label: "Cores", path: "quotas.cpu", any: true },
  { quota: "memory", label: "Memory in GiB", path: "quotas.memory", any: true },
  { quota: "storage", label: "Database in GiB", path: "quotas.storage", any: true },
  { quota: "minimum", label: "Pods at least", path: "quotas.replicas.minimum" },
  { quota: "maximum", label: "Pods at most", path: "quotas.replicas.maximum" }
]

/** How much a tenant may use; more of it where it has pods of its own. */
export function QuotaFields({ draft: { quotas, tier }, error, onChange }: {
  readonly draft: ConfigDraft
  readonly error: (path: string) => string | undefined
  readonly onChange: (quotas: ConfigDraft["quotas"]) => void
}) {
  return (
    <div className="grid grid-cols-2 gap-x-4 gap-y-3 sm:col-span-2 sm:grid-cols-3">
      {(tier === "pooled" ? shared : [...shared, ...own]).map(({ any, label, path, quota }) => (
        <Field
          key={quota}
          label={label}
          error={error(path) ?? (quota === "minimum" ? wholeError(error) : undefined)}
        >
          <NumberInput
            step={any === true ? "any" : 1}
            value={quotas[quota]}
            onChange={(value) => onChange({ ...quotas, [quota]: value })}
          />
        </Field>
      ))}
    </div>
  )
}

/** What is wrong with the two numbers of pods together. */
const wholeError = (error: (path: string) => string | undefined) =>
  error("quotas.replicas.maximum") === undefined ? error("quotas.replicas") : undefined
