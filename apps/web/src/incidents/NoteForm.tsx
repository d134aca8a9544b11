import { type IncidentId, Note } from "@innkeeper/oncall/api"
import { Schema } from "effect"
import { type RefObject, type SubmitEvent, useState } from "react"
import { checkForm } from "../api/checkForm.ts"
import { problemText } from "../api/problem.ts"
import { useAction } from "../api/useQuery.ts"
import { plainWords } from "../forms/plainWords.ts"
import { Button } from "../ui/Button.tsx"
import { Field, TextArea } from "../ui/Field.tsx"
import { useDraft } from "./useDraft.ts"

const check = checkForm(Schema.Struct({ text: Note }))

/** Writes a note on the timeline. What is typed stays until it is stored. */
export function NoteForm({ id, inputRef }: {
  readonly id: IncidentId
  readonly inputRef: RefObject<HTMLTextAreaElement | null>
}) {
  const [text, setText] = useDraft(`note:${id}`)
  const [error, setError] = useState<string>()
  const add = useAction((text: string) => (api) => api.incidents.note({ params: { id }, payload: { text } }), {
    invalidates: ["incident"],
    onDone: (_, stored) => {
      if (text.trim() === stored) setText("")
    },
    onFailed: (failure) => setError(`The note was not stored. ${problemText(failure)}`)
  })
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    // The keys reach a form whose button is busy, too.
    if (add.isPending) return
    const { errors, value } = check({ text: text.trim() })
    setError(value === null ? plainWords(errors["text"] ?? "Missing key") : undefined)
    if (value !== null) add.mutate(value.text)
  }
  return (
    <form noValidate onSubmit={submit} className="grid gap-2">
      <Field label="Note" error={error}>
        <TextArea
          ref={inputRef}
          rows={2}
          placeholder="What you found, what you did"
          value={text}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === "Enter" && (event.metaKey || event.ctrlKey)) event.currentTarget.form?.requestSubmit()
            if (event.key === "Escape") event.currentTarget.blur()
          }}
        />
      </Field>
      <Button type="submit" className="justify-self-start" busy={add.isPending}>Add note</Button>
    </form>
  )
}
