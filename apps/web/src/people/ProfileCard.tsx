import { type User, UserChange } from "@innkeeper/platform/api"
import { useForm } from "../forms/useForm.ts"
import { ZoneSelect } from "../forms/ZoneSelect.tsx"
import { Field, TextInput } from "../ui/Field.tsx"
import { useToasts } from "../ui/Toast.tsx"
import { FormCard } from "./FormCard.tsx"

/** A person's own name and zone. */
export function ProfileCard({ user }: { readonly user: User }) {
  const toasts = useToasts()
  const form = useForm({
    initial: { name: user.name, timeZone: user.timeZone },
    schema: UserChange,
    save: (payload) => (api) => api.users.update({ params: { id: user.id }, payload }),
    invalidates: ["me", "user"],
    onSaved: () => toasts.done("Your profile is saved.")
  })
  return (
    <FormCard form={form} title="Profile" action="Save profile">
      <Field label="Name" error={form.error("name")}>
        <TextInput
          autoComplete="name"
          value={form.draft.name}
          onChange={({ target }) => form.set({ name: target.value })}
        />
      </Field>
      <Field label="Time zone" hint="You read all times in it." error={form.error("timeZone")}>
        <ZoneSelect value={form.draft.timeZone} onChange={(timeZone) => form.set({ timeZone })} />
      </Field>
    </FormCard>
  )
}
