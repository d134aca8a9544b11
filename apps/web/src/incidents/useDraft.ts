import type { IncidentId } from "@innkeeper/oncall/api"
import { useState } from "react"

/** Key of the word on what an incident was, from when it is typed until the incident is resolved. */
export const resolution = (id: IncidentId) => `resolution:${id}`

/** Forgets a draft once its text, without the blanks around it, was stored; what was typed since stays. */
export const forgetDraft = (key: string, stored: string) => {
  if (sessionStorage.getItem(key)?.trim() === stored) sessionStorage.removeItem(key)
}

/** A text being written that outlives a reload or a look elsewhere, within this tab. */
export const useDraft = (key: string) => {
  const [kept, setKept] = useState(() => ({ key, text: sessionStorage.getItem(key) ?? "" }))
  const text = kept.key === key ? kept.text : sessionStorage.getItem(key) ?? ""
  const set = (text: string) => {
    if (text === "") sessionStorage.removeItem(key)
    else sessionStorage.setItem(key, text)
    setKept({ key, text })
  }
  return [text, set] as const
}
