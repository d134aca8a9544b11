import type { EscalationPolicy } from "@innkeeper/oncall/api"
import { Plus, Siren } from "lucide-react"
import { type ReactNode, useState } from "react"
import { useMay } from "../api/useMe.ts"
import { RemoveDialog } from "../forms/RemoveDialog.tsx"
import { lengthText } from "../lanes/momentText.ts"
import { Button } from "../ui/Button.tsx"
import { Card } from "../ui/Card.tsx"
import { CataloguePage } from "./CataloguePage.tsx"
import { PolicyForm } from "./PolicyForm.tsx"
import { PolicySteps } from "./PolicySteps.tsx"
import { usePolicies, useServices } from "./queries.ts"

type Open =
  | { readonly kind: "create" }
  | { readonly kind: "edit" | "delete"; readonly policy: EscalationPolicy }
  | null

/** All escalation policies, drawn as their steps. */
export function EscalationPolicies() {
  const policies = usePolicies()
  const may = useMay("oncall:write")
  const [open, setOpen] = useState<Open>(null)
  const close = () => setOpen(null)
  return (
    <CataloguePage
      title="Escalation policies"
      about="Whom to page, and for how long to wait"
      query={policies}
      create={{
        label: "Create policy",
        icon: <Plus aria-hidden className="size-4" />,
        onClick: () => setOpen({ kind: "create" })
      }}
      empty={{
        title: "No escalation policy yet",
        icon: <Siren />,
        text: "A policy pages level after level until somebody acknowledges. Every service needs one."
      }}
      words={({ name }) => [name]}
      list={(policies) => (
        <div className="grid grid-cols-1 items-start gap-4 md:grid-cols-2">
          {policies.map((policy) => (
            <PolicyCard
              key={policy.id}
              policy={policy}
              actions={may && (
                <>
                  <Button tone="quiet" onClick={() => setOpen({ kind: "edit", policy })}>Edit</Button>
                  <Button tone="quiet" onClick={() => setOpen({ kind: "delete", policy })}>Delete</Button>
                </>
              )}
            />
          ))}
        </div>
      )}
    >
      {open?.kind === "create" && <PolicyForm policy={null} onClose={close} />}
      {open?.kind === "edit" && <PolicyForm policy={open.policy} onClose={close} />}
      {open?.kind === "delete" && (
        <RemoveDialog
          title={`Delete ${open.policy.name}?`}
          action="Delete"
          remove={(api) => api.escalationPolicies.remove({ params: { id: open.policy.id } })}
          invalidates={["policy"]}
          onClose={close}
        >
          A policy that a service uses cannot be deleted.
        </RemoveDialog>
      )}
    </CataloguePage>
  )
}

function PolicyCard({ policy, actions }: { readonly policy: EscalationPolicy; readonly actions: ReactNode }) {
  const { data: services = [] } = useServices()
  const users = services.filter(({ escalationPolicyId }) => escalationPolicyId === policy.id).map(({ name }) => name)
  const expiry = policy.acknowledgementTimeoutSeconds
  return (
    <Card title={policy.name} actions={actions}>
      <PolicySteps plan={policy} />
      <p className="mt-3 border-t border-line pt-3 text-xs text-muted">
        {users.length === 0 ? "No service uses it yet." : `Used by ${users.join(", ")}.`}
        {expiry !== null && ` An acknowledgement expires after ${lengthText(expiry * 1000)}.`}
      </p>
    </Card>
  )
}
