import { Override, type Schedule } from "@innkeeper/oncall/api"
import { type DateTime, Schema } from "effect"
import { unreadHint } from "../api/unreadHint.ts"
import { FormDialog } from "../forms/FormDialog.tsx"
import { fromLocalMoment, toLocalMoment } from "../forms/localMoment.ts"
import { useForm } from "../forms/useForm.ts"
import type { Span } from "../lanes/lanePositions.ts"
import { zoneText } from "../lanes/momentText.ts"
import { choiceName } from "../people/choiceName.ts"
import { useUsers } from "../people/usePeople.ts"
import { Field, Select, TextInput } from "../ui/Field.tsx"

const { end, start, userId } = Override.fields
const OverrideInput = Schema.Struct({ userId, start, end })

/** Gives a span of a schedule to somebody. `span` is what the form begins with. */
export function OverrideForm({ schedule, span, zone, viewer, onClose }: {
  readonly schedule: Schedule
  readonly span: Span
  readonly zone: DateTime.TimeZone
  /** Id of the person who looks at it, chosen at first; empty when it is none. */
  readonly viewer: string
  readonly onClose: () => void
}) {
  const users = useUsers()
  const form = useForm({
    initial: { userId: viewer, start: toLocalMoment(span.start, zone), end: toLocalMoment(span.end, zone) },
    schema: OverrideInput,
    toPayload: ({ end, start, userId }) => ({
      userId,
      start: fromLocalMoment(start, zone),
      end: fromLocalMoment(end, zone)
    }),
    save: (payload) => (api) => api.schedules.addOverride({ params: { id: schedule.id }, payload }),
    invalidates: ["schedule"],
    onSaved: onClose
  })
  return (
    <FormDialog
      form={form}
      title={`Override ${schedule.name}`}
      description={`Somebody takes a span, whoever had it. Times in ${zoneText(span.start, zone)}.`}
      action="Add override"
      onClose={onClose}
    >
      <Field label="Person" hint={unreadHint(users)} error={form.error("userId")}>
        <Select value={form.draft.userId} onChange={(event) => form.set({ userId: event.target.value })}>
          <option value="">Choose a person…</option>
          {users.data?.filter(({ deactivatedAt }) => deactivatedAt === null).map((user) => (
            <option key={user.id} value={user.id}>{choiceName(user)}</option>
          ))}
        </Select>
      </Field>
      <div className="grid gap-3 sm:grid-cols-2">
        <Field label="From" error={form.error("start")}>
          <TextInput
            type="datetime-local"
            value={form.draft.start}
            onChange={(event) => form.set({ start: event.target.value })}
          />
        </Field>
        <Field label="Until" error={form.error("end")}>
          <TextInput
            type="datetime-local"
            value={form.draft.end}
            onChange={(event) => form.set({ end: event.target.value })}
          />
        </Field>
      </div>
    </FormDialog>
  )
}
