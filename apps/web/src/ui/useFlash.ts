import { type RefObject, useEffect, useRef } from "react"

/** Lets an element fade once when `version` changes while it is shown; still for who prefers reduced motion. */
export const useFlash = (element: RefObject<HTMLElement | null>, version: string | number) => {
  const shown = useRef(version)
  useEffect(() => {
    if (shown.current === version) return
    shown.current = version
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) return
    element.current?.animate([{ backgroundColor: "var(--accent-soft)" }, {}], { duration: 2400, easing: "ease-out" })
  }, [element, version])
}
