import { PasswordChange, type User } from "@innkeeper/platform/api"
import { useForm } from "../forms/useForm.ts"
import { Field, TextInput } from "../ui/Field.tsx"
import { useToasts } from "../ui/Toast.tsx"
import { FormCard } from "./FormCard.tsx"

const empty = { currentPassword: "", password: "" }

/** Changes a person's own password, which signs out their other sessions. */
export function PasswordCard({ user }: { readonly user: User }) {
  const toasts = useToasts()
  const form = useForm({
    initial: empty,
    schema: PasswordChange,
    save: (payload) => (api) => api.users.setPassword({ params: { id: user.id }, payload }),
    invalidates: [],
    onSaved: () => {
      form.reset()
      toasts.done("Your password is changed. Your other sessions are signed out.")
    }
  })
  const { draft, error, set } = form
  return (
    <FormCard form={form} title="Password" action="Change password">
      <Field
        label="Current password"
        hint="Leave it empty if you have none yet."
        error={error("currentPassword")}
      >
        <TextInput
          type="password"
          autoComplete="current-password"
          value={draft.currentPassword}
          onChange={({ target }) => set({ currentPassword: target.value })}
        />
      </Field>
      <Field label="New password" hint="At least 12 characters." error={error("password")}>
        <TextInput
          type="password"
          autoComplete="new-password"
          value={draft.password}
          onChange={({ target }) => set({ password: target.value })}
        />
      </Field>
    </FormCard>
  )
}
