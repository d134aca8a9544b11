import { Role, type User, UserChange } from "@innkeeper/platform/api"
import { useMe } from "../api/useMe.ts"
import { FormDialog } from "../forms/FormDialog.tsx"
import { useForm } from "../forms/useForm.ts"
import { ZoneSelect } from "../forms/ZoneSelect.tsx"
import { Field, Select, TextInput } from "../ui/Field.tsx"
import { ContactMethods } from "./ContactMethods.tsx"
import { roleWords } from "./roleWords.ts"

/** Changes a person's name, role and zone, and how they are reached. */
export function EditUserForm({ user, onClose }: { readonly user: User; readonly onClose: () => void }) {
  // Nobody changes their own role, so that one admin always remains.
  const self = useMe().data?.user?.id === user.id
  const form = useForm({
    initial: { name: user.name, role: user.role as string, timeZone: user.timeZone },
    schema: UserChange,
    toPayload: ({ name, role, timeZone }) => ({ name, timeZone, ...(!self && { role }) }),
    save: (payload) => (api) => api.users.update({ params: { id: user.id }, payload }),
    invalidates: ["user", "me", "audit"],
    onSaved: onClose
  })
  const { draft, error, set } = form
  return (
    <FormDialog form={form} title={`Edit ${user.name}`} description={user.email} action="Save" onClose={onClose}>
      <Field label="Name" error={error("name")}>
        <TextInput value={draft.name} onChange={({ target }) => set({ name: target.value })} />
      </Field>
      <Field label="Role" error={error("role")} {...(self && { hint: "Another admin may change it." })}>
        <Select disabled={self} value={draft.role} onChange={({ target }) => set({ role: target.value })}>
          {Role.literals.map((role) => (
            <option key={role} value={role}>{roleWords[role].name}: {roleWords[role].may}</option>
          ))}
        </Select>
      </Field>
      <Field label="Time zone" error={error("timeZone")}>
        <ZoneSelect value={draft.timeZone} onChange={(timeZone) => set({ timeZone })} />
      </Field>
      <section className="grid gap-2 border-t border-line pt-4">
        <h3 className="text-sm font-medium">Contact methods</h3>
        <ContactMethods user={user} />
      </section>
    </FormDialog>
  )
}
