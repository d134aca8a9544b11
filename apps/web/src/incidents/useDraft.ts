import { useState } from "react"

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
