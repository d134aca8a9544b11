import { NewUser, Role } from "@innkeeper/platform/api"
import { Effect, Schema } from "effect"
import { FormDialog } from "../forms/FormDialog.tsx"
import { useForm } from "../forms/useForm.ts"
import { ZoneSelect } from "../forms/ZoneSelect.tsx"
import { Checkbox, Field, Select, TextInput } from "../ui/Field.tsx"
import { useToasts } from "../ui/Toast.tsx"
import { useViewerZone } from "../ui/zone.tsx"
import { roleWords } from "./roleWords.ts"

/** Adds a person, who is invited by a mail with a link. */
export function NewUserForm({ onClose }: { readonly onClose: () => void }) {
  const timeZone = useViewerZone()
  const toasts = useToasts()
  const form = useForm({
    initial: { name: "", email: "", role: "responder", timeZone, pageByEmail: true },
    schema: Schema.Struct({ ...NewUser.fields, pageByEmail: Schema.Boolean }),
    // A person without a contact method is shown as one who cannot be paged, with the way to mend it.
    save: ({ pageByEmail, ...payload }) => (api) =>
      Effect.tap(api.users.create({ payload }), ({ email, id }) =>
        pageByEmail
          ? Effect.ignore(api.users.addContactMethod({ params: { id }, payload: { kind: "email", address: email } }))
          : Effect.void),
    invalidates: ["user", "audit"],
    onSaved: ({ email, name }) => {
      onClose()
      toasts.done(`${name} is invited by a mail to ${email}.`)
    }
  })
  const { draft, error, set } = form
  return (
    <FormDialog
      form={form}
      title="Add a person"
      description="They get a mail with a link to sign in, and set a password afterwards."
      action="Add"
      onClose={onClose}
    >
      <Field label="Name" error={error("name")}>
        <TextInput autoComplete="off" value={draft.name} onChange={({ target }) => set({ name: target.value })} />
      </Field>
      <Field label="Email" error={error("email")}>
        <TextInput
          type="email"
          autoComplete="off"
          value={draft.email}
          onChange={({ target }) => set({ email: target.value })}
        />
      </Field>
      <Field label="Role" error={error("role")}>
        <Select value={draft.role} onChange={({ target }) => set({ role: target.value })}>
          {Role.literals.map((role) => (
            <option key={role} value={role}>{roleWords[role].name}: {roleWords[role].may}</option>
          ))}
        </Select>
      </Field>
      <Field label="Time zone" error={error("timeZone")}>
        <ZoneSelect value={draft.timeZone} onChange={(timeZone) => set({ timeZone })} />
      </Field>
      <Checkbox
        label="Page them by email at this address"
        checked={draft.pageByEmail}
        onChange={({ target }) => set({ pageByEmail: target.checked })}
      />
    </FormDialog>
  )
}
