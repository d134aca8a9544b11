import { Search } from "lucide-react"
import { useState } from "react"
import { MomentInput } from "../forms/MomentInput.tsx"
import { useZone } from "../forms/useZone.ts"
import { Button } from "../ui/Button.tsx"
import { Field, TextInput } from "../ui/Field.tsx"
import { type AuditFilter, auditQuery } from "./auditFilter.ts"

/** Limits the audit log to words and a span of time. */
export function AuditFilterBar({ filter, onChange }: {
  readonly filter: AuditFilter
  readonly onChange: (change: AuditFilter) => void
}) {
  const zone = useZone()
  const [text, setText] = useState(filter.text ?? "")
  const [taken, setTaken] = useState(filter.text)
  // Whoever takes the words away elsewhere takes them from the field too.
  if (taken !== filter.text) {
    setTaken(filter.text)
    setText(filter.text ?? "")
  }
  const { from, until } = auditQuery(filter)
  return (
    <form
      role="search"
      className="grid grid-cols-1 items-end gap-3 pb-4 sm:grid-cols-2 md:grid-cols-[1fr_auto_auto_auto]"
      onSubmit={(event) => {
        event.preventDefault()
        onChange({ text: text || undefined })
      }}
    >
      <Field label="Search" className="sm:max-md:col-span-2">
        <TextInput
          type="search"
          maxLength={200}
          placeholder="A name, an action such as user.created, an address…"
          value={text}
          onChange={({ target }) => setText(target.value)}
        />
      </Field>
      <Field label="From">
        <MomentInput value={from} zone={zone} onChange={(from) => onChange({ from })} />
      </Field>
      <Field label="Until">
        <MomentInput value={until} zone={zone} onChange={(until) => onChange({ until })} />
      </Field>
      <Button type="submit" icon={<Search aria-hidden className="size-4" />} className="sm:max-md:col-span-2">
        Search
      </Button>
    </form>
  )
}
