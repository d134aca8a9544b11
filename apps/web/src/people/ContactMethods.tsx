import type { ContactMethod, User } from "@innkeeper/platform/api"
import { BellOff, Mail, Plus, Trash2, Webhook } from "lucide-react"
import { useState } from "react"
import { RemoveDialog } from "../forms/RemoveDialog.tsx"
import { Button } from "../ui/Button.tsx"
import { IconButton } from "../ui/IconButton.tsx"
import { ContactMethodForm } from "./ContactMethodForm.tsx"
import { SecretDialog } from "./SecretDialog.tsx"

/** How a person is reached when they are paged: all of the methods at once. */
export function ContactMethods({ user }: { readonly user: User }) {
  const [adding, setAdding] = useState(false)
  const [secret, setSecret] = useState<string | null>(null)
  const [removing, setRemoving] = useState<ContactMethod | null>(null)
  return (
    <div className="grid grid-cols-1 gap-2">
      {user.contactMethods.length === 0
        ? (
          <p className="flex items-start gap-2 text-sm text-critical">
            <BellOff aria-hidden className="mt-0.5 size-4 shrink-0" />
            No page reaches {user.name}. Add a contact method.
          </p>
        )
        : (
          <ul className="divide-y divide-line rounded-md border border-line">
            {user.contactMethods.map((method) => (
              <li key={method.id} className="flex items-center gap-2.5 py-0.5 pr-0.5 pl-3 text-sm">
                {method.kind === "email"
                  ? <Mail aria-label="Email" className="size-4 shrink-0 text-muted" />
                  : <Webhook aria-label="Webhook" className="size-4 shrink-0 text-muted" />}
                <span className="min-w-0 flex-1 truncate" title={method.address}>{method.address}</span>
                <IconButton
                  label={`Remove ${method.address}`}
                  onClick={() =>
                    setRemoving(method)}
                >
                  <Trash2 aria-hidden />
                </IconButton>
              </li>
            ))}
          </ul>
        )}
      <Button
        className="justify-self-start"
        icon={<Plus aria-hidden className="size-4" />}
        onClick={() => setAdding(true)}
      >
        Add contact method
      </Button>
      {adding && (
        <ContactMethodForm
          user={user}
          onClose={() => setAdding(false)}
          onAdded={(secret) => {
            setAdding(false)
            setSecret(secret)
          }}
        />
      )}
      {secret !== null && (
        <SecretDialog
          title="Keep the webhook's secret"
          label="secret"
          secret={secret}
          onClose={() => setSecret(null)}
        >
          The receiver verifies by it that a page comes from here (Standard Webhooks). It is shown this once.
        </SecretDialog>
      )}
      {removing !== null && (
        <RemoveDialog
          title={`Remove ${removing.address}?`}
          action="Remove"
          remove={(api) => api.users.removeContactMethod({ params: { id: user.id, contactMethodId: removing.id } })}
          invalidates={["user", "me", "schedule", "audit"]}
          onClose={() => setRemoving(null)}
        >
          {user.contactMethods.length === 1
            ? `No page will reach ${user.name} any more.`
            : `Pages go to the other methods of ${user.name}.`}
        </RemoveDialog>
      )}
    </div>
  )
}
