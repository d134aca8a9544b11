import { ArrowDown, ArrowUp, Trash2 } from "lucide-react"
import { moveRow } from "../forms/moveRow.ts"
import { NumberInput } from "../forms/NumberInput.tsx"
import { Field, Select, TextInput } from "../ui/Field.tsx"
import { IconButton } from "../ui/IconButton.tsx"
import { PeopleOrder } from "./PeopleOrder.tsx"
import type { LayerDraft } from "./scheduleDraft.ts"

/** The fields of one layer. `error` takes paths within the layer. */
export function LayerFields({ layer, onChange, onMove, onRemove, error }: {
  readonly layer: LayerDraft
  readonly onChange: (layer: LayerDraft) => void
  readonly onMove: (by: number) => void
  readonly onRemove: () => void
  readonly error: (path: string) => string | undefined
}) {
  const { rotation } = layer
  const setRotation = (change: Partial<LayerDraft["rotation"]>) =>
    onChange({ ...layer, rotation: { ...rotation, ...change } })
  const label = layer.name === "" ? "layer" : layer.name
  return (
    <fieldset className="grid gap-3 rounded-lg border border-line p-3">
      <legend className="sr-only">{label}</legend>
      <div className="flex items-end gap-1">
        <Field label="Layer" error={error("name")} className="flex-1">
          <TextInput value={layer.name} onChange={(event) => onChange({ ...layer, name: event.target.value })} />
        </Field>
        <IconButton label={`Move ${label} up`} onClick={({ currentTarget }) => moveRow(currentTarget, -1, onMove)}>
          <ArrowUp aria-hidden />
        </IconButton>
        <IconButton label={`Move ${label} down`} onClick={({ currentTarget }) => moveRow(currentTarget, 1, onMove)}>
          <ArrowDown aria-hidden />
        </IconButton>
        <IconButton label={`Remove ${label}`} onClick={onRemove}>
          <Trash2 aria-hidden />
        </IconButton>
      </div>
      <div className="grid grid-cols-2 gap-3 sm:grid-cols-[6rem_8rem_1fr]">
        <Field label="Hand off every" error={error("rotation.every")}>
          <NumberInput min={1} max={52} value={rotation.every} onChange={(every) => setRotation({ every })} />
        </Field>
        <Field label="Unit">
          <Select
            value={rotation.unit}
            onChange={(event) => setRotation({ unit: event.target.value === "day" ? "day" : "week" })}
          >
            <option value="day">days</option>
            <option value="week">weeks</option>
          </Select>
        </Field>
        <Field
          label="First hand-off"
          hint="By the schedule's clock"
          error={error("rotation.start")}
          className="max-sm:col-span-2"
        >
          <TextInput
            type="datetime-local"
            value={rotation.start}
            onChange={(event) => setRotation({ start: event.target.value })}
          />
        </Field>
      </div>
      <PeopleOrder
        value={layer.users}
        onChange={(users) => onChange({ ...layer, users })}
        error={error("users") ?? (error("users.0") && "Add at least one person.")}
      />
    </fieldset>
  )
}
