import type { TenantConfig } from "@innkeeper/config"
import { Equal, Result, type Schema } from "effect"
import { useState } from "react"
import { checkConfig, checkConfigText, type ConfigErrors } from "./checkConfig.ts"
import { type ConfigDraft, configOf, draftOf, toJson } from "./configDraft.ts"

/** What the editor of a configuration shows: fields, or the text of it. */
export type EditorForm = "fields" | "text"

const textOf = (json: Schema.Json) => JSON.stringify(json, null, 2)

/**
 * Holds a configuration while somebody edits it, as fields or as JSON. `refused` is what the server found wrong with what
 * was sent last; it is forgotten with the next change.
 */
export const useConfigEditor = (initial: ConfigDraft, refused: ConfigErrors, onChanged: () => void) => {
  const [first, setFirst] = useState(initial)
  const [draft, setDraft] = useState(initial)
  const [text, setText] = useState<string | null>(null)
  const [wrong, setWrong] = useState<ConfigErrors>({})
  const changed = () => {
    setWrong({})
    onChanged()
  }
  const checked = () => text === null ? checkConfig(configOf(draft)) : checkConfigText(text)
  const dirty = text === null ? !Equal.equals(configOf(draft), configOf(first)) : text !== textOf(configOf(first))
  return {
    draft,
    text,
    form: (text === null ? "fields" : "text") as EditorForm,
    dirty,
    errors: { ...refused, ...wrong },
    set: (change: Partial<ConfigDraft>) => {
      setDraft((draft) => ({ ...draft, ...change }))
      changed()
    },
    setText: (text: string) => {
      setText(text)
      changed()
    },
    /** Shows the other form. A text that is wrong stays, since the fields cannot hold it. */
    show: (form: EditorForm) => {
      if (form === "text") {
        setText((text) => text ?? textOf(configOf(draft)))
        setWrong({})
      } else if (text !== null) {
        Result.match(checkConfigText(text), {
          onFailure: setWrong,
          onSuccess: (config) => {
            setDraft(draftOf(config))
            setText(null)
            setWrong({})
          }
        })
      }
    },
    /** The configuration to send; null if it is wrong, which then stands at the fields. */
    check: (): Schema.Json | null =>
      Result.match(checked(), {
        onFailure: (errors) => {
          setWrong(errors)
          return null
        },
        onSuccess: toJson
      }),
    /** Begins anew with what is stored. */
    reset: (config: TenantConfig) => {
      const draft = draftOf(config)
      setFirst(draft)
      setDraft(draft)
      setText((text) => text === null ? null : textOf(configOf(draft)))
      setWrong({})
    },
    /** Whether a configuration is what the editor holds. */
    holds: (config: TenantConfig): boolean =>
      Result.match(checked(), {
        onFailure: () => false,
        onSuccess: (held) => Equal.equals(toJson(held), toJson(config))
      })
  }
}

export type ConfigEditing = ReturnType<typeof useConfigEditor>
