import { type Schedule, ScheduleInput } from "@innkeeper/oncall/api"
import { Plus } from "lucide-react"
import { FormDialog } from "../forms/FormDialog.tsx"
import { moveAt, removeAt, replaceAt } from "../forms/lists.ts"
import { useForm } from "../forms/useForm.ts"
import { ZoneSelect } from "../forms/ZoneSelect.tsx"
import { Button } from "../ui/Button.tsx"
import { Field, TextInput } from "../ui/Field.tsx"
import { useNow } from "../ui/useNow.ts"
import { useViewerZone } from "../ui/zone.tsx"
import { LayerFields } from "./LayerFields.tsx"
import { draftOf, newLayer } from "./scheduleDraft.ts"

/** Creates a schedule, or changes `schedule`. */
export function ScheduleForm({ schedule, onClose, onSaved }: {
  readonly schedule: Schedule | null
  readonly onClose: () => void
  readonly onSaved?: (schedule: Schedule) => void
}) {
  const now = useNow()
  const viewerZone = useViewerZone()
  const form = useForm({
    initial: draftOf(schedule, now, viewerZone),
    schema: ScheduleInput,
    save: (payload) => (api) =>
      schedule === null
        ? api.schedules.create({ payload })
        : api.schedules.replace({ params: { id: schedule.id }, payload }),
    invalidates: ["schedule"],
    onSaved: (saved) => {
      onSaved?.(saved)
      onClose()
    }
  })
  const { layers, name, timeZone } = form.draft
  return (
    <FormDialog
      form={form}
      title={schedule === null ? "Create a schedule" : `Edit ${schedule.name}`}
      description="People take turns in layers. A lower layer covers those above it while it has somebody on call."
      action={schedule === null ? "Create" : "Save"}
      onClose={onClose}
      wide
    >
      <div className="grid gap-3 sm:grid-cols-2">
        <Field label="Name" error={form.error("name")}>
          <TextInput value={name} onChange={(event) => form.set({ name: event.target.value })} />
        </Field>
        <Field label="Time zone" hint="Hand-offs keep to its wall clock." error={form.error("timeZone")}>
          <ZoneSelect value={timeZone} onChange={(timeZone) => form.set({ timeZone })} />
        </Field>
      </div>
      {layers.map((layer, index) => (
        <LayerFields
          key={index}
          layer={layer}
          onChange={(layer) => form.set({ layers: replaceAt(layers, index, layer) })}
          onMove={(by) => form.set({ layers: moveAt(layers, index, by) })}
          onRemove={() => form.set({ layers: removeAt(layers, index) })}
          error={(path) => form.error(`layers.${index}.${path}`)}
        />
      ))}
      <Button
        icon={<Plus aria-hidden className="size-4" />}
        className="justify-self-start"
        onClick={() => form.set({ layers: [...layers, newLayer(layers.length + 1, now, timeZone)] })}
      >
        Add a layer
      </Button>
    </FormDialog>
  )
}
