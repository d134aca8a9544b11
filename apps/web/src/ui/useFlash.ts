import { DateTime } from "effect"
import { type RefObject, useEffect, useRef } from "react"
import { serverNow } from "../api/clock.ts"

/** Milliseconds for which a thing that appears counts as new. */
const newFor = 5000

/**
 * Lets an element fade once when what it shows has changed: when `changedAt` moves, or when it appears within seconds of
 * it. It stays still for who prefers reduced motion.
 */
export const useFlash = (element: RefObject<HTMLElement | null>, changedAt: DateTime.Utc) => {
  const version = DateTime.toEpochMillis(changedAt)
  const shown = useRef<number>(null)
  useEffect(() => {
    const isChange = shown.current === null
      ? DateTime.toEpochMillis(serverNow()) - version < newFor
      : shown.current !== version
    shown.current = version
    if (!isChange || matchMedia("(prefers-reduced-motion: reduce)").matches) return
    element.current?.animate([{ backgroundColor: "var(--accent-soft)" }, {}], { duration: 2400, easing: "ease-out" })
  }, [element, version])
}
