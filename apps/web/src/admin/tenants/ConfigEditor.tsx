import { TenantSlug } from "@innkeeper/config"
import type { ManagedTenant, OperationRequest } from "@innkeeper/platform/api"
import { useBlocker } from "@tanstack/react-router"
import type { Schema } from "effect"
import { CircleAlert } from "lucide-react"
import { type FormEvent, useEffect, useRef, useState } from "react"
import { problemText } from "../../api/problem.ts"
import { DiscardDialog } from "../../forms/DiscardDialog.tsx"
import { Button } from "../../ui/Button.tsx"
import { Tabs } from "../../ui/Tabs.tsx"
import { refusedFields } from "./checkConfig.ts"
import type { ConfigDraft } from "./configDraft.ts"
import { ConfigFields } from "./ConfigFields.tsx"
import { ConfigText } from "./ConfigText.tsx"
import { PlanDialog } from "./PlanDialog.tsx"
import { type EditorForm, useConfigEditor } from "./useConfigEditor.ts"
import { usePlanned } from "./usePlanned.ts"

/**
 * Edits the configuration of a tenant, or of a new one where `tenant` is null: checks it here, shows what the change would
 * do, then has it done. `why` says why that cannot be asked for now.
 */
export function ConfigEditor({ tenant, initial, why, onAccepted }: {
  readonly tenant: ManagedTenant | null
  readonly initial: ConfigDraft
  readonly why?: string | undefined
  readonly onAccepted?: (slug: TenantSlug) => void
}) {
  const plan = usePlanned()
  const form = useRef<HTMLFormElement>(null)
  const refused = plan.error === null ? {} : refusedFields(plan.error)
  const [isAccepted, setIsAccepted] = useState(false)
  const editing = useConfigEditor(initial, refused, () => {
    setIsAccepted(false)
    plan.letGo()
  })
  const [version, setVersion] = useState(tenant?.version ?? 0)
  const isNew = tenant === null || tenant.possible.includes("create")

  const config = tenant?.config ?? null
  const isOutdated = tenant !== null && tenant.version !== version && config !== null
  if (isOutdated && (!editing.dirty || editing.holds(config))) {
    setVersion(tenant.version)
    editing.reset(config)
  }
  const blocker = useBlocker({
    shouldBlockFn: () => editing.dirty && !isAccepted,
    enableBeforeUnload: () => editing.dirty && !isAccepted,
    withResolver: true
  })

  const { errors } = editing
  const wrong = Object.keys(errors).length
  useEffect(() => {
    if (wrong > 0) form.current?.querySelector<HTMLElement>("[aria-invalid]")?.focus()
  }, [wrong])

  const review = (event: FormEvent) => {
    event.preventDefault()
    const config = editing.check()
    if (config === null) return
    const request: OperationRequest = isNew ? { kind: "create", config } : { kind: "apply", config, version }
    plan.ask({ slug: slugOf(config), request })
  }
  return (
    <form ref={form} noValidate onSubmit={review} className="grid grid-cols-1 gap-4">
      {isOutdated && editing.dirty && (
        <div
          role="status"
          className="flex flex-wrap items-center gap-3 rounded-md bg-high-soft px-3 py-2 text-sm text-high"
        >
          <p className="min-w-0 flex-1 basis-60">Somebody else changed the configuration meanwhile.</p>
          <Button
            onClick={() => {
              setVersion(tenant.version)
              editing.reset(config)
            }}
          >
            Discard mine, show theirs
          </Button>
        </div>
      )}
      <Tabs
        label="Form of the configuration"
        value={editing.form}
        onChange={(id) => editing.show(id as EditorForm)}
        tabs={[
          {
            id: "fields",
            label: "Fields",
            content: <ConfigFields editing={editing} isNew={tenant === null} />
          },
          { id: "text", label: "JSON", content: <ConfigText editing={editing} /> }
        ]}
      />
      {plan.error !== null && (refused[""] !== undefined || Object.keys(refused).length === 0) && (
        <p role="alert" className="flex items-start gap-2 rounded-md bg-critical-soft px-3 py-2 text-sm text-critical">
          <CircleAlert aria-hidden className="mt-0.5 size-4 shrink-0" />
          {refused[""] ?? problemText(plan.error)}
        </p>
      )}
      <div className="flex flex-wrap items-center gap-3">
        <Button type="submit" tone="primary" busy={plan.isAsking} disabled={why !== undefined}>
          {isNew ? "Review the plan" : "Review the change"}
        </Button>
        <p className="min-w-0 flex-1 basis-48 text-sm text-muted">
          {why ?? "Nothing is done before you have seen what it would do."}
        </p>
      </div>
      {plan.planned !== null && (
        <PlanDialog
          planned={plan.planned}
          state={tenant?.state ?? "provisioning"}
          isPlanning={plan.isAsking}
          planError={plan.error}
          onPlan={(request) => plan.planned !== null && plan.ask({ slug: plan.planned.slug, request })}
          onClose={plan.letGo}
          onAccepted={(slug) => {
            setIsAccepted(true)
            onAccepted?.(slug)
          }}
        />
      )}
      <DiscardDialog away={blocker}>The configuration was changed here and not applied yet.</DiscardDialog>
    </form>
  )
}

/** The slug of a checked configuration. */
const slugOf = (config: Schema.Json) => TenantSlug.make((config as { readonly slug: string }).slug)
