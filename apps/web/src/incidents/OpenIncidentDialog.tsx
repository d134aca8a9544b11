import { NewIncident, Priority } from "@innkeeper/oncall/api"
import { useNavigate } from "@tanstack/react-router"
import { unreadHint } from "../api/unreadHint.ts"
import { FormDialog } from "../forms/FormDialog.tsx"
import { useForm } from "../forms/useForm.ts"
import { NoneYet } from "../oncall-pages/NoneYet.tsx"
import { useServices } from "../oncall-pages/queries.ts"
import { Field, Select, TextArea, TextInput } from "../ui/Field.tsx"
import { priorities } from "../ui/PriorityBadge.tsx"

/** Opens an incident by hand; the service's escalation policy pages at once. */
export default function OpenIncidentDialog({ onClose }: { readonly onClose: () => void }) {
  const services = useServices()
  const navigate = useNavigate()
  const form = useForm({
    initial: { serviceId: "", title: "", priority: "high" as Priority, details: "" },
    schema: NewIncident,
    toPayload: ({ details, title, ...rest }) => ({
      ...rest,
      title: title.trim(),
      ...(details.trim() === "" ? {} : { details })
    }),
    save: (payload) => (api) => api.incidents.open({ payload }),
    invalidates: ["incident", "service"],
    onSaved: ({ id }) => {
      onClose()
      void navigate({ to: "/incidents/$incidentId", params: { incidentId: id }, search: true })
    }
  })
  const { draft, error, set } = form
  return (
    <FormDialog
      form={form}
      title="Open an incident"
      description="Whoever is on call for the service is paged at once."
      action="Open incident"
      onClose={onClose}
    >
      <Field label="Title" error={error("title")}>
        <TextInput
          autoFocus
          placeholder="What is wrong, in one line"
          value={draft.title}
          onChange={(event) => set({ title: event.target.value })}
        />
      </Field>
      <Field
        label="Service"
        error={error("serviceId")}
        hint={unreadHint(services) ?? (services.data?.length === 0 ? <NoneYet what="service" /> : undefined)}
      >
        <Select value={draft.serviceId} onChange={(event) => set({ serviceId: event.target.value })}>
          <option value="">Choose a service</option>
          {services.data?.map(({ id, name }) => <option key={id} value={id}>{name}</option>)}
        </Select>
      </Field>
      <Field label="Priority" error={error("priority")}>
        <Select value={draft.priority} onChange={(event) => set({ priority: event.target.value as Priority })}>
          {Priority.literals.map((priority) => (
            <option key={priority} value={priority}>{priorities[priority].label}</option>
          ))}
        </Select>
      </Field>
      <Field label="Details" hint="May stay empty" error={error("details")}>
        <TextArea value={draft.details} onChange={(event) => set({ details: event.target.value })} />
      </Field>
    </FormDialog>
  )
}
