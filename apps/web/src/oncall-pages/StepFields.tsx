import { ArrowDown, ArrowUp, Trash2 } from "lucide-react"
import { DurationInput } from "../forms/DurationInput.tsx"
import { moveRow } from "../forms/moveRow.ts"
import { Field } from "../ui/Field.tsx"
import { IconButton } from "../ui/IconButton.tsx"
import type { StepDraft } from "./policyDraft.ts"
import { TargetsField } from "./TargetsField.tsx"

/** The fields of one level. `error` takes paths within the step. */
export function StepFields({ step, level, onChange, onMove, onRemove, error }: {
  readonly step: StepDraft
  readonly level: number
  readonly onChange: (step: StepDraft) => void
  readonly onMove: (by: number) => void
  readonly onRemove: () => void
  readonly error: (path: string) => string | undefined
}) {
  return (
    <fieldset className="grid gap-3 rounded-lg border border-line p-3">
      <legend className="sr-only">Level {level}</legend>
      <div className="flex items-center">
        <p aria-hidden className="flex-1 text-sm font-semibold">Level {level}</p>
        <IconButton
          label={`Move level ${level} up`}
          onClick={({ currentTarget }) => moveRow(currentTarget, -1, onMove)}
        >
          <ArrowUp aria-hidden />
        </IconButton>
        <IconButton
          label={`Move level ${level} down`}
          onClick={({ currentTarget }) => moveRow(currentTarget, 1, onMove)}
        >
          <ArrowDown aria-hidden />
        </IconButton>
        <IconButton label={`Remove level ${level}`} onClick={onRemove}>
          <Trash2 aria-hidden />
        </IconButton>
      </div>
      <TargetsField
        label="Whom to page"
        value={step.targets}
        onChange={(targets) => onChange({ ...step, targets })}
        error={error("targets") ?? (error("targets.0") && "Choose whom to page.")}
      />
      <Field label="Then waits" error={error("timeoutSeconds")} className="sm:max-w-64">
        <DurationInput
          label="Then waits"
          value={step.timeoutSeconds}
          onChange={(timeoutSeconds) => onChange({ ...step, timeoutSeconds })}
        />
      </Field>
    </fieldset>
  )
}
