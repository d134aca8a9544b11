import { type EscalationPolicy, EscalationPolicyInput } from "@innkeeper/oncall/api"
import { Plus } from "lucide-react"
import { DurationInput } from "../forms/DurationInput.tsx"
import { FormDialog } from "../forms/FormDialog.tsx"
import { moveAt, removeAt, replaceAt } from "../forms/lists.ts"
import { NumberInput } from "../forms/NumberInput.tsx"
import { useForm } from "../forms/useForm.ts"
import { Button } from "../ui/Button.tsx"
import { Checkbox, Field, TextInput } from "../ui/Field.tsx"
import { emptyPolicy, newStep, type PolicyDraft } from "./policyDraft.ts"
import { StepFields } from "./StepFields.tsx"
import { TargetsField } from "./TargetsField.tsx"

/** Creates an escalation policy, or changes `policy`. */
export function PolicyForm({ policy, onClose }: {
  readonly policy: EscalationPolicy | null
  readonly onClose: () => void
}) {
  const initial: PolicyDraft = policy ?? emptyPolicy
  const form = useForm({
    initial,
    schema: EscalationPolicyInput,
    save: (payload) => (api) =>
      policy === null
        ? api.escalationPolicies.create({ payload })
        : api.escalationPolicies.replace({ params: { id: policy.id }, payload }),
    invalidates: ["policy", "schedule"],
    onSaved: onClose
  })
  const { acknowledgementTimeoutSeconds: expiry, lastResort, name, repeat, steps } = form.draft
  return (
    <FormDialog
      form={form}
      title={policy === null ? "Create an escalation policy" : `Edit ${policy.name}`}
      description="Whom to page, level by level, until somebody acknowledges. Incidents that are open keep the steps they began with."
      action={policy === null ? "Create" : "Save"}
      onClose={onClose}
      wide
    >
      <Field label="Name" error={form.error("name")}>
        <TextInput value={name} onChange={(event) => form.set({ name: event.target.value })} />
      </Field>
      {steps.map((step, index) => (
        <StepFields
          key={index}
          step={step}
          level={index + 1}
          onChange={(step) => form.set({ steps: replaceAt(steps, index, step) })}
          onMove={(by) => form.set({ steps: moveAt(steps, index, by) })}
          onRemove={() => form.set({ steps: removeAt(steps, index) })}
          error={(path) => form.error(`steps.${index}.${path}`)}
        />
      ))}
      {steps.length === 0 && form.error("steps.0") !== undefined && (
        <p role="alert" className="text-sm text-critical">A policy needs at least one level.</p>
      )}
      <Button
        icon={<Plus aria-hidden className="size-4" />}
        className="justify-self-start"
        onClick={() => form.set({ steps: [...steps, newStep] })}
      >
        Add a level
      </Button>
      <Field
        label="Repeat"
        hint="How many times more the levels are gone through, from 0 to 9."
        error={form.error("repeat")}
        className="sm:max-w-64"
      >
        <NumberInput min={0} max={9} value={repeat} onChange={(repeat) => form.set({ repeat })} />
      </Field>
      <TargetsField
        label="Last resort"
        hint="Paged once when all levels were gone through in vain."
        value={lastResort}
        onChange={(lastResort) => form.set({ lastResort })}
        error={form.error("lastResort")}
      />
      <Checkbox
        label="An acknowledgement expires"
        hint="The levels begin anew when the incident is not resolved in time."
        checked={expiry !== null}
        onChange={(event) => form.set({ acknowledgementTimeoutSeconds: event.target.checked ? 3600 : null })}
      />
      {expiry !== null && (
        <Field label="Expires after" error={form.error("acknowledgementTimeoutSeconds")} className="sm:max-w-64">
          <DurationInput
            label="Expires after"
            value={expiry}
            onChange={(acknowledgementTimeoutSeconds) =>
              form.set({ acknowledgementTimeoutSeconds })}
          />
        </Field>
      )}
    </FormDialog>
  )
}
