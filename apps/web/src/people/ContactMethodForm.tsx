import { NewContactMethod, type User } from "@innkeeper/platform/api"
import { FormDialog } from "../forms/FormDialog.tsx"
import { useForm } from "../forms/useForm.ts"
import { Field, Select, TextInput } from "../ui/Field.tsx"

/** Adds a way to reach a person. `onAdded` gets a webhook's secret, or null. */
export function ContactMethodForm({ user, onClose, onAdded }: {
  readonly user: User
  readonly onClose: () => void
  readonly onAdded: (secret: string | null) => void
}) {
  const form = useForm({
    initial: { kind: "email", address: user.contactMethods.length === 0 ? user.email : "" },
    schema: NewContactMethod,
    save: (payload) => (api) => api.users.addContactMethod({ params: { id: user.id }, payload }),
    invalidates: ["user", "me", "schedule", "audit"],
    onSaved: ({ secret }) => onAdded(secret)
  })
  const { address, kind } = form.draft
  return (
    <FormDialog form={form} title="Add a contact method" action="Add" onClose={onClose}>
      <Field label="Kind" error={form.error("kind")}>
        <Select value={kind} onChange={({ target }) => form.set({ kind: target.value })}>
          <option value="email">Email</option>
          <option value="webhook">Webhook</option>
        </Select>
      </Field>
      <Field
        label={kind === "email" ? "Email address" : "URL"}
        {...(kind === "webhook" && { hint: "Called by POST over https, signed as Standard Webhooks says." })}
        error={form.error("address")}
      >
        <TextInput
          type={kind === "email" ? "email" : "url"}
          value={address}
          onChange={({ target }) => form.set({ address: target.value })}
        />
      </Field>
    </FormDialog>
  )
}
