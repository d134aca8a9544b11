import { type Incident, Note } from "@innkeeper/oncall/api"
import { Schema } from "effect"
import { type SubmitEvent, useId, useState } from "react"
import { checkForm } from "../api/checkForm.ts"
import { plainWords } from "../forms/plainWords.ts"
import { Button } from "../ui/Button.tsx"
import { Dialog } from "../ui/Dialog.tsx"
import { Field, TextArea } from "../ui/Field.tsx"
import { resolution, useDraft } from "./useDraft.ts"

const check = checkForm(Schema.Struct({ note: Schema.Union([Schema.Literal(""), Note]) }))

/**
 * Asks once before an incident is closed for good, and takes a word on what it was. What is typed stays until the server has
 * taken it.
 */
export default function ResolveDialog({ incident, onClose, onResolve }: {
  readonly incident: Incident
  readonly onClose: () => void
  readonly onResolve: (note: string) => void
}) {
  const form = useId()
  const [note, setNote] = useDraft(resolution(incident.id))
  const [error, setError] = useState<string>()
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    const { errors, value } = check({ note: note.trim() })
    if (value === null) {
      setError(plainWords(errors["note"] ?? "Expected at most 20000 characters"))
      return
    }
    onResolve(value.note)
    onClose()
  }
  return (
    <Dialog
      open
      onOpenChange={(open) => open || onClose()}
      title={`Resolve #${incident.number}?`}
      description={incident.title}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form={form} tone="primary">Resolve</Button>
        </>
      }
    >
      <form id={form} onSubmit={submit}>
        <Field label="What was it?" hint="May stay empty. It is kept on the timeline." error={error}>
          <TextArea
            autoFocus
            rows={3}
            value={note}
            onChange={(event) => setNote(event.target.value)}
            onKeyDown={(event) => {
              if (event.key === "Enter" && (event.metaKey || event.ctrlKey)) event.currentTarget.form?.requestSubmit()
            }}
          />
        </Field>
      </form>
    </Dialog>
  )
}
