import { type Integration, IntegrationInput, IntegrationKind } from "@innkeeper/oncall/api"
import { unreadHint } from "../api/unreadHint.ts"
import { FormDialog } from "../forms/FormDialog.tsx"
import { useForm } from "../forms/useForm.ts"
import { Field, Select, TextInput } from "../ui/Field.tsx"
import { kindNames } from "./integrationSamples.ts"
import { NoneYet } from "./NoneYet.tsx"
import { useServices } from "./queries.ts"

/** Creates an integration. */
export function IntegrationForm({ onClose, onCreated }: {
  readonly onClose: () => void
  readonly onCreated: (integration: Integration) => void
}) {
  const services = useServices()
  const form = useForm({
    initial: { name: "", kind: "generic", serviceId: "" },
    schema: IntegrationInput,
    save: (payload) => (api) => api.integrations.create({ payload }),
    invalidates: ["integration"],
    onSaved: onCreated
  })
  const { kind, name, serviceId } = form.draft
  return (
    <FormDialog
      form={form}
      title="Create an integration"
      description="A door through which one sender's alerts come in."
      action="Create"
      onClose={onClose}
    >
      <Field label="Name" hint="Say who sends, such as “Prometheus, production”." error={form.error("name")}>
        <TextInput value={name} onChange={({ target }) => form.set({ name: target.value })} />
      </Field>
      <Field label="Kind" error={form.error("kind")}>
        <Select value={kind} onChange={({ target }) => form.set({ kind: target.value })}>
          {IntegrationKind.literals.map((kind) => <option key={kind} value={kind}>{kindNames[kind]}</option>)}
        </Select>
      </Field>
      <Field
        label="Service"
        hint={unreadHint(services) ?? (services.data?.length === 0
          ? <NoneYet what="service" />
          : "Gets the alerts that name no service of their own.")}
        error={form.error("serviceId")}
      >
        <Select value={serviceId} onChange={({ target }) => form.set({ serviceId: target.value })}>
          <option value="">Choose a service…</option>
          {services.data?.map(({ id, name }) => <option key={id} value={id}>{name}</option>)}
        </Select>
      </Field>
    </FormDialog>
  )
}
