import { type Service, ServiceInput } from "@innkeeper/oncall/api"
import { unreadHint } from "../api/unreadHint.ts"
import { FormDialog } from "../forms/FormDialog.tsx"
import { useForm } from "../forms/useForm.ts"
import { useTeams } from "../people/usePeople.ts"
import { Field, Select, TextArea, TextInput } from "../ui/Field.tsx"
import { NoneYet } from "./NoneYet.tsx"
import { usePolicies } from "./queries.ts"
import { routingKeyOf } from "./routingKey.ts"

const empty = { name: "", description: "", teamId: "", routingKey: "", escalationPolicyId: "" }

/** Creates a service, or changes `service`. */
export function ServiceForm({ service, onClose }: { readonly service: Service | null; readonly onClose: () => void }) {
  const teams = useTeams()
  const policies = usePolicies()
  const initial: typeof empty = service ?? empty
  const form = useForm({
    initial,
    schema: ServiceInput,
    save: (payload) => (api) =>
      service === null
        ? api.services.create({ payload })
        : api.services.replace({ params: { id: service.id }, payload }),
    invalidates: ["service", "schedule"],
    onSaved: onClose
  })
  const { description, escalationPolicyId, name, routingKey, teamId } = form.draft
  const follows = service === null && routingKey === routingKeyOf(name)
  return (
    <FormDialog
      form={form}
      title={service === null ? "Create a service" : `Edit ${service.name}`}
      description="Something that can break, who owns it, and whom to page for it."
      action={service === null ? "Create" : "Save"}
      onClose={onClose}
    >
      <Field label="Name" error={form.error("name")}>
        <TextInput
          value={name}
          onChange={({ target }) =>
            form.set({ name: target.value, ...(follows && { routingKey: routingKeyOf(target.value) }) })}
        />
      </Field>
      <Field label="Routing key" hint="Alerts name the service by it." error={form.error("routingKey")}>
        <TextInput
          className="font-mono"
          value={routingKey}
          onChange={({ target }) => form.set({ routingKey: target.value })}
        />
      </Field>
      <div className="grid gap-3 sm:grid-cols-2">
        <Field
          label="Team"
          error={form.error("teamId")}
          hint={unreadHint(teams) ?? (teams.data?.length === 0 ? <NoneYet what="team" /> : undefined)}
        >
          <Select value={teamId} onChange={({ target }) => form.set({ teamId: target.value })}>
            <option value="">Choose a team…</option>
            {teams.data?.map(({ id, name }) => <option key={id} value={id}>{name}</option>)}
          </Select>
        </Field>
        <Field
          label="Escalation policy"
          error={form.error("escalationPolicyId")}
          hint={unreadHint(policies) ?? (policies.data?.length === 0 ? <NoneYet what="policy" /> : undefined)}
        >
          <Select
            value={escalationPolicyId}
            onChange={({ target }) => form.set({ escalationPolicyId: target.value })}
          >
            <option value="">Choose a policy…</option>
            {policies.data?.map(({ id, name }) => <option key={id} value={id}>{name}</option>)}
          </Select>
        </Field>
      </div>
      <Field label="Description" hint="What it does, and where its runbook is." error={form.error("description")}>
        <TextArea value={description} onChange={({ target }) => form.set({ description: target.value })} />
      </Field>
    </FormDialog>
  )
}
