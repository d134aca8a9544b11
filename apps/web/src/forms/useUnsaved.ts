import { useBlocker } from "@tanstack/react-router"
import { useEffect, useEffectEvent } from "react"
import type { Form } from "./useForm.ts"

/**
 * Keeps what a form holds from being lost by going elsewhere, back, or loading the page anew. The way to another page waits
 * for `proceed` or `reset`, and goes on by itself once the form is saved or gone. Nobody is kept from signing out.
 */
export const useUnsaved = <Draft>({ dirty, hasUnsaved }: Form<Draft>) => {
  const blocker = useBlocker({
    shouldBlockFn: ({ current, next }) =>
      hasUnsaved() && next.pathname !== current.pathname && next.pathname !== "/sign-in",
    enableBeforeUnload: hasUnsaved,
    withResolver: true
  })
  const goOn = useEffectEvent(() => blocker.proceed?.())
  useEffect(() => {
    if (!dirty) goOn()
  }, [dirty])
  useEffect(() => () => goOn(), [])
  return blocker
}
