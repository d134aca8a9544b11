import { useEffect, useRef, useSyncExternalStore } from "react"

const storageKey = "single-key-shortcuts"
const changed = new EventTarget()

const subscribe = (notify: () => void) => {
  changed.addEventListener("change", notify)
  return () => changed.removeEventListener("change", notify)
}

const areOn = () => localStorage.getItem(storageKey) !== "off"

/** Whether single letters act. Some people's tools type letters by accident (WCAG 2.2, 2.1.4), so they can be off. */
export const useSingleKeys = () => useSyncExternalStore(subscribe, areOn)

export const setSingleKeys = (on: boolean) => {
  if (on) localStorage.removeItem(storageKey)
  else localStorage.setItem(storageKey, "off")
  changed.dispatchEvent(new Event("change"))
}

const writes = (target: EventTarget | null) =>
  target instanceof HTMLElement
  && (target.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName))

const isCovered = () => document.querySelector("[role=dialog],[role=menu]") !== null

/** Keys of a page, by `KeyboardEvent.key`. They rest while somebody types, and under a dialog or menu. */
export const useKeys = (keys: Readonly<Record<string, () => void>>) => {
  const latest = useRef(keys)
  useEffect(() => {
    latest.current = keys
  })
  const on = useSingleKeys()
  useEffect(() => {
    if (!on) return
    const press = (event: KeyboardEvent) => {
      if (
        event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey ||
        event.repeat && event.key !== "j" && event.key !== "k"
      ) return
      if (writes(event.target) || isCovered()) return
      const act = latest.current[event.key]
      if (act === undefined) return
      event.preventDefault()
      act()
    }
    document.addEventListener("keydown", press)
    return () => document.removeEventListener("keydown", press)
  }, [on])
}
