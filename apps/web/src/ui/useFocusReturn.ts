import { useState } from "react"

/** What has the focus: of an item of a menu, the button of the menu, which outlives it. */
const focusHolder = () => {
  const button = document.activeElement?.closest("[role=menu]")?.getAttribute("aria-labelledby") ?? null
  return button === null ? document.activeElement : document.getElementById(button)
}

/** Remembers what has the focus when a dialog comes up. Gives Radix's `onCloseAutoFocus`, which focuses it again if it is still there. */
export const useFocusReturn = () => {
  const [holder] = useState(focusHolder)
  return (event: Event) => {
    if (!(holder instanceof HTMLElement) || !holder.isConnected) return
    event.preventDefault()
    holder.focus({ preventScroll: true })
  }
}
