import { Search } from "lucide-react"
import { useState } from "react"
import { Button } from "../ui/Button.tsx"
import { Field, TextInput } from "../ui/Field.tsx"

/** Words to look for, taken over with Enter. */
export function SearchField({ value, placeholder, minLength = 1, onChange }: {
  readonly value: string
  readonly placeholder: string
  /** Fewer letters than this are not looked for. */
  readonly minLength?: number
  readonly onChange: (text: string | undefined) => void
}) {
  const [text, setText] = useState(value)
  const [taken, setTaken] = useState(value)
  // Whoever takes the words away elsewhere takes them from the field too.
  if (taken !== value) {
    setTaken(value)
    setText(value)
  }
  const words = text.trim()
  const tooShort = words !== "" && words.length < minLength
  return (
    <form
      role="search"
      className="flex min-w-0 flex-1 basis-60 items-end gap-2"
      onSubmit={(event) => {
        event.preventDefault()
        if (!tooShort) onChange(words === "" ? undefined : words)
      }}
    >
      <Field
        label="Search"
        className="min-w-0 flex-1"
        error={tooShort ? `Enter at least ${minLength} letters` : undefined}
      >
        <TextInput
          type="search"
          maxLength={200}
          placeholder={placeholder}
          value={text}
          onChange={({ target }) => setText(target.value)}
        />
      </Field>
      <Button type="submit" aria-label="Search">
        <Search aria-hidden className="size-4" />
      </Button>
    </form>
  )
}
