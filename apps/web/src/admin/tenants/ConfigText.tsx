import { CircleAlert } from "lucide-react"
import { Field, TextArea } from "../../ui/Field.tsx"
import type { ConfigEditing } from "./useConfigEditor.ts"

/** A configuration as JSON, for those who know its fields. What is wrong stands below, by field. */
export function ConfigText({ editing: { errors, setText, text } }: { readonly editing: ConfigEditing }) {
  const wrong = Object.entries(errors)
  return (
    <div className="grid grid-cols-1 gap-2">
      <Field
        label="Configuration as JSON"
        hint="As in the files of tenants: the tier says which fields there are."
        error={wrong.length === 0
          ? undefined
          : wrong.length === 1
          ? "One thing is wrong."
          : `${wrong.length} things are wrong.`}
      >
        <TextArea
          rows={24}
          spellCheck={false}
          autoCapitalize="none"
          className="font-mono text-xs"
          value={text ?? ""}
          onChange={({ target }) => setText(target.value)}
        />
      </Field>
      {wrong.length > 0 && (
        <ul aria-label="What is wrong" className="grid grid-cols-1 gap-1 text-sm text-critical">
          {wrong.map(([path, message]) => (
            <li key={path} className="flex items-start gap-1.5">
              <CircleAlert aria-hidden className="mt-0.5 size-4 shrink-0" />
              <span className="min-w-0 wrap-anywhere">
                {path !== "" && <code className="font-mono text-xs">{path}:</code>} {message}
              </span>
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}
