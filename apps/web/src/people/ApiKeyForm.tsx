import { NewApiKey, Scope } from "@innkeeper/platform/api"
import { FormDialog } from "../forms/FormDialog.tsx"
import { fromLocalMoment } from "../forms/localMoment.ts"
import { useForm } from "../forms/useForm.ts"
import { useZone } from "../forms/useZone.ts"
import { Checkbox, Field, TextInput } from "../ui/Field.tsx"
import { scopeWords } from "./roleWords.ts"

/** Creates an API key. `onCreated` gets the key itself, which is told once. */
export function ApiKeyForm({ onClose, onCreated }: {
  readonly onClose: () => void
  readonly onCreated: (key: string) => void
}) {
  const zone = useZone()
  const initial: { name: string; scopes: ReadonlyArray<Scope>; expiresAt: string } = {
    name: "",
    scopes: [],
    expiresAt: ""
  }
  const form = useForm({
    initial,
    schema: NewApiKey,
    toPayload: ({ expiresAt, ...rest }) => ({
      ...rest,
      expiresAt: expiresAt === "" ? null : fromLocalMoment(expiresAt, zone)
    }),
    save: (payload) => (api) => api.apiKeys.create({ payload }),
    invalidates: ["api-key", "audit"],
    onSaved: ({ key }) => onCreated(key)
  })
  const { expiresAt, name, scopes } = form.draft
  const scopeError = form.error("scopes") ?? form.error("scopes.0")
  return (
    <FormDialog form={form} title="Create an API key" action="Create" onClose={onClose}>
      <Field label="Name" hint="Say which program uses it." error={form.error("name")}>
        <TextInput value={name} onChange={({ target }) => form.set({ name: target.value })} />
      </Field>
      <fieldset className="grid gap-1.5">
        <legend className="pb-1 text-sm font-medium">It may</legend>
        {Scope.literals.map((scope) => (
          <Checkbox
            key={scope}
            label={scopeWords[scope]}
            hint={<code className="font-mono">{scope}</code>}
            checked={scopes.includes(scope)}
            aria-invalid={scopeError !== undefined || undefined}
            onChange={({ target }) =>
              form.set({ scopes: target.checked ? [...scopes, scope] : scopes.filter((other) => other !== scope) })}
          />
        ))}
        {scopeError !== undefined && (
          <p role="alert" className="text-xs text-critical">Choose at least one thing that it may do.</p>
        )}
      </fieldset>
      <Field label="Expires" hint="Leave it empty for a key that does not expire." error={form.error("expiresAt")}>
        <TextInput
          type="datetime-local"
          value={expiresAt}
          onChange={({ target }) => form.set({ expiresAt: target.value })}
        />
      </Field>
    </FormDialog>
  )
}
